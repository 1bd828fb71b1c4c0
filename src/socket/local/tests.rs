//! AF_UNIX sockets as unix(7) and Linux have them.

use super::testing::*;
use super::{create, pair, registry};
use crate::errno::Errno;
use crate::fd::file::Type::{Datagram, SeqPacket, Stream};
use crate::fd::{Address, Description, Flags, Ready, UnixAddress};
use std::rc::Rc;

/// Of wasi-libc and the overlay's `<sys/socket.h>`.
const SOL_SOCKET: i32 = 0x7fff_ffff;
const SO_RCVLOWAT: i32 = 18;

fn listener(name: &str, backlog: i32) -> Rc<Description> {
    let listener = create(Stream, true);
    socket(&listener).bind(&address(name)).unwrap();
    socket(&listener).listen(backlog).unwrap();
    listener
}

fn connected(name: &str) -> Rc<Description> {
    let client = create(Stream, true);
    socket(&client).connect(&address(name)).unwrap();
    client
}

#[test]
fn unconnected_sockets() {
    let stream = create(Stream, true);
    assert_eq!(stream.file.ready(), Ready::OUT | Ready::HUP);
    assert_eq!(receive(&stream, 1), Err(Errno::EINVAL));
    assert_eq!(send(&stream, b"x"), Err(Errno::ENOTCONN));
    assert_eq!(send(&stream, b""), Err(Errno::ENOTCONN));
    assert_eq!(send_to(&stream, b"x", "/x"), Err(Errno::EOPNOTSUPP));
    assert_eq!(socket(&stream).peer(), Err(Errno::ENOTCONN));
    assert_eq!(socket(&stream).listen(1), Err(Errno::EINVAL));
    assert!(matches!(socket(&stream).accept(), Err(Errno::EINVAL)));
    assert_eq!(
        socket(&stream).local(),
        Ok(Address::Unix(UnixAddress::Unnamed))
    );
    socket(&stream).shutdown(READ).unwrap();
    assert_eq!(
        stream.file.ready(),
        Ready::IN | Ready::OUT | Ready::HUP | Ready::RDHUP
    );

    let datagram = create(Datagram, true);
    assert_eq!(datagram.file.ready(), Ready::OUT);
    assert_eq!(receive(&datagram, 1), Err(Errno::EAGAIN));
    assert_eq!(send(&datagram, b"x"), Err(Errno::ENOTCONN));
    assert_eq!(socket(&datagram).listen(1), Err(Errno::EOPNOTSUPP));
    assert!(matches!(socket(&datagram).accept(), Err(Errno::EOPNOTSUPP)));

    let packets = create(SeqPacket, true);
    assert_eq!(packets.file.ready(), Ready::OUT | Ready::HUP);
    assert_eq!(receive(&packets, 1), Err(Errno::ENOTCONN));
    assert_eq!(send(&packets, b"x"), Err(Errno::ENOTCONN));
}

#[test]
fn a_stream_is_bytes() {
    let (a, b) = pair(Stream, true);
    assert_eq!(a.file.ready(), Ready::OUT);
    assert_eq!(receive(&b, 0), Err(Errno::EAGAIN));
    send(&a, b"hel").unwrap();
    send(&a, b"lo").unwrap();
    assert_eq!(b.file.readable_bytes(), Ok(5));
    assert_eq!(receive(&b, 0).unwrap(), b"");
    assert_eq!(receive_all(&b, 4, Flags::PEEK).unwrap().bytes, b"hell");
    assert_eq!(receive(&b, 4).unwrap(), b"hell");
    assert_eq!(receive(&b, 4).unwrap(), b"o");
    assert_eq!(receive(&b, 4), Err(Errno::EAGAIN));
    assert_eq!(send_to(&a, b"x", "/x"), Err(Errno::EISCONN));
}

#[test]
fn a_receive_that_waits_does_so_for_the_low_water_mark() {
    let (a, b) = pair(Stream, true);
    let low_water =
        |value: i32| socket(&b).set_option(SOL_SOCKET, SO_RCVLOWAT, &value.to_ne_bytes());
    low_water(4).unwrap();
    let wait = |room: usize| {
        let mut bytes = vec![0; room];
        let mut parts = [&mut bytes[..]];
        let mut message = crate::fd::Receive::new(&mut parts, Flags::NONE);
        message.wait = true;
        b.file.receive(&mut message)
    };
    send(&a, b"abc").unwrap();
    assert_eq!(b.file.ready(), Ready::IN | Ready::OUT);
    assert_eq!(wait(9), Err(Errno::EAGAIN));
    assert_eq!(wait(1), Ok(1));
    assert_eq!(receive(&b, 1).unwrap(), b"b");
    send(&a, b"def").unwrap();
    assert_eq!(wait(9), Ok(4));
    send(&a, b"gh").unwrap();
    socket(&a).shutdown(WRITE).unwrap();
    assert_eq!(wait(9), Ok(2));
    assert_eq!(wait(9), Ok(0));
}

#[test]
fn a_full_stream_holds_the_writer_up_until_three_quarters_are_free() {
    let (a, b) = pair(Stream, true);
    assert_eq!(send(&a, &vec![7; 300_000]), Ok(212_992));
    assert_eq!(send(&a, b"x"), Err(Errno::EAGAIN));
    assert_eq!(a.file.ready(), Ready::NONE);
    let edges = a.file.notify().edges();
    assert_eq!(receive(&b, 150_000).unwrap().len(), 150_000);
    assert_eq!(a.file.ready(), Ready::NONE);
    assert_eq!(a.file.notify().edges(), edges);
    assert_eq!(receive(&b, 10_000).unwrap().len(), 10_000);
    assert_eq!(a.file.ready(), Ready::OUT);
    assert_eq!(a.file.notify().edges(), edges + 1);
    assert_eq!(send(&a, &vec![7; 300_000]), Ok(160_000));
}

#[test]
fn shutdown_of_a_pair_concerns_both() {
    let (a, b) = pair(Stream, true);
    send(&a, b"abc").unwrap();
    let edges = b.file.notify().edges();
    socket(&a).shutdown(WRITE).unwrap();
    assert!(b.file.notify().edges() > edges);
    assert_eq!(send(&a, b"x"), Err(Errno::EPIPE));
    assert_eq!(b.file.ready(), Ready::IN | Ready::OUT | Ready::RDHUP);
    assert_eq!(receive(&b, 9).unwrap(), b"abc");
    assert_eq!(receive(&b, 9).unwrap(), b"");
    send(&b, b"back").unwrap();
    assert_eq!(receive(&a, 9).unwrap(), b"back");
    socket(&a).shutdown(READ).unwrap();
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE));
    assert_eq!(receive(&a, 9).unwrap(), b"");
    assert_eq!(
        b.file.ready(),
        Ready::IN | Ready::OUT | Ready::RDHUP | Ready::HUP
    );
}

#[test]
fn closing_gives_the_end_and_with_unread_data_a_reset() {
    let (a, b) = pair(Stream, true);
    send(&a, b"abc").unwrap();
    a.file.closed();
    assert_eq!(
        b.file.ready(),
        Ready::IN | Ready::OUT | Ready::RDHUP | Ready::HUP
    );
    assert_eq!(receive(&b, 9).unwrap(), b"abc");
    assert_eq!(receive(&b, 9).unwrap(), b"");
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE));
    assert!(socket(&b).peer().is_ok());

    let (a, b) = pair(Stream, true);
    send(&a, b"abc").unwrap();
    send(&b, b"unread").unwrap();
    a.file.closed();
    assert_eq!(
        b.file.ready(),
        Ready::IN | Ready::OUT | Ready::ERR | Ready::RDHUP | Ready::HUP
    );
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE));
    assert_eq!(receive(&b, 9).unwrap(), b"abc");
    assert_eq!(receive(&b, 9), Err(Errno::ECONNRESET));
    assert_eq!(receive(&b, 9).unwrap(), b"");
}

#[test]
fn a_writer_that_was_full_is_woken_by_the_close() {
    let (a, b) = pair(Stream, true);
    send(&a, &vec![0; 300_000]).unwrap();
    b.file.closed();
    assert!(a.file.ready().any(Ready::OUT));
    assert_eq!(send(&a, b"x"), Err(Errno::EPIPE));
}

#[test]
fn connections_by_path() {
    assert_eq!(
        socket(&create(Stream, true)).connect(&address("/run/a")),
        Err(Errno::ENOENT)
    );
    let server = bound(Stream, "/run/a");
    let client = create(Stream, true);
    assert_eq!(
        socket(&client).connect(&address("/run/a")),
        Err(Errno::ECONNREFUSED)
    );
    assert_eq!(
        socket(&create(SeqPacket, true)).connect(&address("/run/a")),
        Err(Errno::EPROTOTYPE)
    );
    socket(&server).listen(5).unwrap();
    assert_eq!(server.file.ready(), Ready::NONE);
    assert!(matches!(socket(&server).accept(), Err(Errno::EAGAIN)));
    let edges = server.file.notify().edges();
    socket(&client).connect(&address("/run//./a")).unwrap();
    assert_eq!(server.file.notify().edges(), edges + 1);
    assert_eq!(server.file.ready(), Ready::IN);
    assert_eq!(client.file.ready(), Ready::OUT);
    assert_eq!(
        socket(&client).connect(&address("/run/a")),
        Err(Errno::EISCONN)
    );
    assert_eq!(socket(&client).peer(), Ok(address("/run/a")));
    send(&client, b"early").unwrap();
    let accepted = socket(&server).accept().unwrap();
    assert_eq!(socket(&accepted).local(), Ok(address("/run/a")));
    assert_eq!(
        socket(&accepted).peer(),
        Ok(Address::Unix(UnixAddress::Unnamed))
    );
    assert_eq!(receive(&accepted, 9).unwrap(), b"early");
    send(&accepted, b"answer").unwrap();
    let answer = receive_all(&client, 9, Flags::NONE).unwrap();
    assert_eq!(answer.from, Some(address("/run/a")));
    // The name is the listener's, not the connection's.
    accepted.file.closed();
    assert_eq!(
        socket(&create(Stream, true)).bind(&address("/run/a")),
        Err(Errno::EADDRINUSE)
    );
    server.file.closed();
    // The path leads nowhere now, and stays taken until it is unlinked.
    assert_eq!(
        socket(&create(Stream, true)).connect(&address("/run/a")),
        Err(Errno::ECONNREFUSED)
    );
    assert_eq!(
        socket(&create(Stream, true)).bind(&address("/run/a")),
        Err(Errno::EADDRINUSE)
    );
    assert!(registry::forget(b"/run/a"));
    assert_eq!(
        socket(&create(Stream, true)).connect(&address("/run/a")),
        Err(Errno::ENOENT)
    );
    socket(&create(Stream, true))
        .bind(&address("/run/a"))
        .unwrap();
}

#[test]
fn an_unlinked_path_can_be_bound_again() {
    let old = listener("/run/u", 5);
    let early = connected("/run/u");
    assert!(registry::forget(b"/run/../run/u"));
    assert!(!registry::forget(b"/run/u"));
    assert_eq!(
        socket(&create(Stream, true)).connect(&address("/run/u")),
        Err(Errno::ENOENT)
    );
    let new = listener("/run/u", 5);
    assert_eq!(socket(&old).local(), Ok(address("/run/u")));
    // The old socket's end leaves the new one's name alone.
    socket(&old).accept().unwrap();
    old.file.closed();
    drop(early);
    let _late = connected("/run/u");
    assert_eq!(new.file.ready(), Ready::IN);
}

#[test]
fn the_backlog_is_one_more_than_asked_for() {
    let server = listener("/run/b", 2);
    let mut clients: Vec<_> = (0..3).map(|_| connected("/run/b")).collect();
    let extra = create(Stream, true);
    assert_eq!(
        socket(&extra).connect(&address("/run/b")),
        Err(Errno::EAGAIN)
    );
    assert!(socket(&server).accept().is_ok());
    socket(&extra).connect(&address("/run/b")).unwrap();
    clients.push(extra);
    // Those that nobody accepted are reset with the listener.
    server.file.closed();
    assert_eq!(receive(&clients[0], 1), Ok(vec![]));
    assert_eq!(receive(&clients[1], 1), Err(Errno::ECONNRESET));
    assert_eq!(receive(&clients[1], 1), Ok(vec![]));
}

#[test]
fn a_client_that_left_is_still_accepted() {
    let server = listener("/run/c", 5);
    let client = connected("/run/c");
    send(&client, b"zz").unwrap();
    client.file.closed();
    let accepted = socket(&server).accept().unwrap();
    assert_eq!(receive(&accepted, 9).unwrap(), b"zz");
    assert_eq!(receive(&accepted, 9).unwrap(), b"");
    assert_eq!(send(&accepted, b"x"), Err(Errno::EPIPE));
}

#[test]
fn a_listener_that_is_shut_down_refuses() {
    let server = listener("/run/d", 5);
    socket(&server).shutdown(READ).unwrap();
    assert_eq!(server.file.ready(), Ready::IN | Ready::RDHUP);
    assert_eq!(
        socket(&create(Stream, true)).connect(&address("/run/d")),
        Err(Errno::ECONNREFUSED)
    );
    assert!(matches!(socket(&server).accept(), Err(Errno::EAGAIN)));
}

#[test]
fn binding_twice_and_by_itself() {
    let file = bound(Datagram, "\0one");
    assert_eq!(socket(&file).bind(&address("\0two")), Err(Errno::EINVAL));
    assert_eq!(
        socket(&create(Datagram, true)).bind(&address("\0one")),
        Err(Errno::EADDRINUSE)
    );
    assert!(
        socket(&create(Stream, true))
            .bind(&address("\0one"))
            .is_ok()
    );
    assert_eq!(
        socket(&file).bind(&Address::Unix(UnixAddress::Unnamed)),
        Ok(())
    );
    assert_eq!(socket(&file).local(), Ok(address("\0one")));
    assert_eq!(
        socket(&file).bind(&Address::Unspecified),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        socket(&create(Stream, true)).connect(&address("\0none")),
        Err(Errno::ECONNREFUSED)
    );

    let automatic = create(Stream, true);
    socket(&automatic)
        .bind(&Address::Unix(UnixAddress::Unnamed))
        .unwrap();
    let Ok(Address::Unix(UnixAddress::Abstract(name))) = socket(&automatic).local() else {
        panic!()
    };
    assert_eq!(name.len(), 5);
    assert!(name.iter().all(u8::is_ascii_hexdigit));
}

#[test]
fn nothing_is_left_behind() {
    let count = |file: &Rc<Description>| {
        Rc::downgrade(
            &file
                .file
                .as_any()
                .downcast_ref::<super::Local>()
                .unwrap()
                .end()
                .clone(),
        )
    };
    let server = listener("/run/leak", 9);
    let client = connected("/run/leak");
    let accepted = socket(&server).accept().unwrap();
    send(&client, b"x").unwrap();
    let (d, e) = (bound(Datagram, "/run/d1"), bound(Datagram, "/run/d2"));
    socket(&d).connect(&address("/run/d2")).unwrap();
    socket(&e).connect(&address("/run/d1")).unwrap();
    send(&d, b"x").unwrap();
    let alone = bound(Datagram, "/run/d3");
    socket(&alone).connect(&address("/run/d3")).unwrap();
    send(&alone, b"x").unwrap();
    let waiting = connected("/run/leak");
    let files = [server, client, accepted, d, e, alone, waiting];
    let ends: Vec<_> = files.iter().map(count).collect();
    drop(files);
    assert!(ends.iter().all(|end| end.upgrade().is_none()));
}
