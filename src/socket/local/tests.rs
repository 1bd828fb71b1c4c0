//! AF_UNIX sockets as unix(7) and Linux have them.

use super::testing::*;
use super::{create, pair, pipe, registry};
use crate::errno::Errno;
use crate::fd::file::Type::{Datagram, SeqPacket, Stream};
use crate::fd::{Address, Description, Flags, Ready, Shutdown, Socket, UnixAddress};
use std::rc::Rc;

const BOTH: Shutdown = Shutdown { read: true, write: true };
const READ: Shutdown = Shutdown { read: true, write: false };
const WRITE: Shutdown = Shutdown { read: false, write: true };

fn socket(file: &Description) -> &dyn Socket {
    file.file.socket().unwrap()
}

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

fn bound(kind: crate::fd::file::Type, name: &str) -> Rc<Description> {
    let file = create(kind, true);
    socket(&file).bind(&address(name)).unwrap();
    file
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
    assert_eq!(socket(&stream).local(), Ok(Address::Unix(UnixAddress::Unnamed)));
    socket(&stream).shutdown(READ).unwrap();
    assert_eq!(stream.file.ready(), Ready::IN | Ready::OUT | Ready::HUP | Ready::RDHUP);

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
    assert_eq!(b.file.ready(), Ready::IN | Ready::OUT | Ready::RDHUP | Ready::HUP);
}

#[test]
fn closing_gives_the_end_and_with_unread_data_a_reset() {
    let (a, b) = pair(Stream, true);
    send(&a, b"abc").unwrap();
    a.file.closed();
    assert_eq!(b.file.ready(), Ready::IN | Ready::OUT | Ready::RDHUP | Ready::HUP);
    assert_eq!(receive(&b, 9).unwrap(), b"abc");
    assert_eq!(receive(&b, 9).unwrap(), b"");
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE));
    assert!(socket(&b).peer().is_ok());

    let (a, b) = pair(Stream, true);
    send(&a, b"abc").unwrap();
    send(&b, b"unread").unwrap();
    a.file.closed();
    assert_eq!(b.file.ready(), Ready::IN | Ready::OUT | Ready::ERR | Ready::RDHUP | Ready::HUP);
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
    assert_eq!(socket(&create(Stream, true)).connect(&address("/run/a")), Err(Errno::ENOENT));
    let server = bound(Stream, "/run/a");
    let client = create(Stream, true);
    assert_eq!(socket(&client).connect(&address("/run/a")), Err(Errno::ECONNREFUSED));
    assert_eq!(socket(&create(SeqPacket, true)).connect(&address("/run/a")), Err(Errno::EPROTOTYPE));
    socket(&server).listen(5).unwrap();
    assert_eq!(server.file.ready(), Ready::NONE);
    assert!(matches!(socket(&server).accept(), Err(Errno::EAGAIN)));
    let edges = server.file.notify().edges();
    socket(&client).connect(&address("/run//./a")).unwrap();
    assert_eq!(server.file.notify().edges(), edges + 1);
    assert_eq!(server.file.ready(), Ready::IN);
    assert_eq!(client.file.ready(), Ready::OUT);
    assert_eq!(socket(&client).connect(&address("/run/a")), Err(Errno::EISCONN));
    assert_eq!(socket(&client).peer(), Ok(address("/run/a")));
    send(&client, b"early").unwrap();
    let accepted = socket(&server).accept().unwrap();
    assert_eq!(socket(&accepted).local(), Ok(address("/run/a")));
    assert_eq!(socket(&accepted).peer(), Ok(Address::Unix(UnixAddress::Unnamed)));
    assert_eq!(receive(&accepted, 9).unwrap(), b"early");
    send(&accepted, b"answer").unwrap();
    let answer = receive_all(&client, 9, Flags::NONE).unwrap();
    assert_eq!(answer.from, Some(address("/run/a")));
    // The name is the listener's, not the connection's.
    accepted.file.closed();
    assert_eq!(socket(&create(Stream, true)).bind(&address("/run/a")), Err(Errno::EADDRINUSE));
    server.file.closed();
    assert_eq!(socket(&create(Stream, true)).connect(&address("/run/a")), Err(Errno::ENOENT));
    socket(&create(Stream, true)).bind(&address("/run/a")).unwrap();
}

#[test]
fn an_unlinked_path_can_be_bound_again() {
    let old = listener("/run/u", 5);
    let early = connected("/run/u");
    assert!(registry::forget(b"/run/../run/u"));
    assert!(!registry::forget(b"/run/u"));
    assert_eq!(socket(&create(Stream, true)).connect(&address("/run/u")), Err(Errno::ENOENT));
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
    assert_eq!(socket(&extra).connect(&address("/run/b")), Err(Errno::EAGAIN));
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
    assert_eq!(socket(&create(Stream, true)).connect(&address("/run/d")), Err(Errno::ECONNREFUSED));
    assert!(matches!(socket(&server).accept(), Err(Errno::EINVAL)));
}

#[test]
fn binding_twice_and_by_itself() {
    let file = bound(Datagram, "\0one");
    assert_eq!(socket(&file).bind(&address("\0two")), Err(Errno::EINVAL));
    assert_eq!(socket(&create(Datagram, true)).bind(&address("\0one")), Err(Errno::EADDRINUSE));
    assert!(socket(&create(Stream, true)).bind(&address("\0one")).is_ok());
    assert_eq!(socket(&file).bind(&Address::Unix(UnixAddress::Unnamed)), Ok(()));
    assert_eq!(socket(&file).local(), Ok(address("\0one")));
    assert_eq!(socket(&file).bind(&Address::Unspecified), Err(Errno::EINVAL));
    assert_eq!(socket(&create(Stream, true)).connect(&address("\0none")), Err(Errno::ECONNREFUSED));

    let automatic = create(Stream, true);
    socket(&automatic).bind(&Address::Unix(UnixAddress::Unnamed)).unwrap();
    let Ok(Address::Unix(UnixAddress::Abstract(name))) = socket(&automatic).local() else { panic!() };
    assert_eq!(name.len(), 5);
    assert!(name.iter().all(u8::is_ascii_hexdigit));
}

#[test]
fn datagrams_keep_their_bounds_and_senders() {
    let server = bound(Datagram, "/run/log");
    let client = bound(Datagram, "/run/client");
    assert_eq!(send_to(&client, b"one", "/run/log"), Ok(3));
    assert_eq!(send_to(&client, b"", "/run/log"), Ok(0));
    assert_eq!(send_to(&create(Datagram, true), b"three", "/run/log"), Ok(5));
    assert_eq!(server.file.readable_bytes(), Ok(3));
    let peeked = receive_all(&server, 2, Flags::PEEK | Flags::TRUNC).unwrap();
    assert_eq!((peeked.length, peeked.flags), (3, Flags::TRUNC));
    let first = receive_all(&server, 2, Flags::NONE).unwrap();
    assert_eq!(first.bytes, b"on");
    assert_eq!((first.flags, first.from), (Flags::TRUNC, Some(address("/run/client"))));
    assert_eq!(receive(&server, 9).unwrap(), b"");
    let third = receive_all(&server, 9, Flags::NONE).unwrap();
    assert_eq!((third.bytes.as_slice(), third.from), (b"three".as_slice(), None));
    assert_eq!(receive(&server, 9), Err(Errno::EAGAIN));
    assert_eq!(send_to(&client, b"x", "/run/nobody"), Err(Errno::ENOENT));
    assert_eq!(send(&client, &[0; 212_961]), Err(Errno::EMSGSIZE));
}

#[test]
fn eleven_datagrams_of_strangers_wait() {
    let server = bound(Datagram, "/run/q");
    let client = create(Datagram, true);
    socket(&client).connect(&address("/run/q")).unwrap();
    let other = create(Datagram, true);
    for _ in 0..11 {
        assert_eq!(client.file.ready(), Ready::OUT);
        send(&client, b"x").unwrap();
    }
    assert_eq!(send(&client, b"x"), Err(Errno::EAGAIN));
    assert_eq!(client.file.ready(), Ready::NONE);
    assert_eq!(send_to(&other, b"x", "/run/q"), Err(Errno::EAGAIN));
    let edges = (client.file.notify().edges(), other.file.notify().edges());
    receive(&server, 1).unwrap();
    assert_eq!((client.file.notify().edges(), other.file.notify().edges()), (edges.0 + 1, edges.1 + 1));
    assert_eq!((client.file.ready(), other.file.ready()), (Ready::OUT, Ready::OUT));
    // A poll that found it full is told as well.
    send(&client, b"x").unwrap();
    assert_eq!(client.file.ready(), Ready::NONE);
    let edges = client.file.notify().edges();
    server.file.closed();
    assert!(client.file.notify().edges() > edges);
    assert_eq!(send(&client, b"x"), Err(Errno::ECONNREFUSED));
    assert_eq!(send(&client, b"x"), Err(Errno::ENOTCONN));
}

#[test]
fn a_pair_of_datagram_sockets_goes_by_weight() {
    let (a, b) = pair(Datagram, true);
    let fill = |size: usize| {
        let data = vec![0; size];
        let sent = (0..).take_while(|_| send(&a, &data).is_ok()).count();
        while receive(&b, 1).is_ok() {}
        sent
    };
    // As many as Linux takes with the same SO_SNDBUF.
    assert_eq!([1, 256, 1024, 16_384, 65_536].map(fill), [278, 167, 93, 11, 4]);
    assert_eq!(send(&a, &vec![0; 212_960]), Ok(212_960));
    assert_eq!(send(&a, b"x"), Err(Errno::EAGAIN));
    assert_eq!(a.file.ready(), Ready::NONE);
    receive(&b, 1).unwrap();
    assert_eq!(a.file.ready(), Ready::OUT);
}

#[test]
fn a_connected_datagram_socket_hears_its_peer_alone() {
    let (d, e, f) = (bound(Datagram, "D"), bound(Datagram, "E"), bound(Datagram, "F"));
    socket(&d).connect(&address("E")).unwrap();
    assert_eq!(send_to(&f, b"x", "D"), Err(Errno::EPERM));
    assert_eq!(socket(&f).connect(&address("D")), Err(Errno::EPERM));
    send_to(&d, b"aside", "F").unwrap();
    assert_eq!(receive(&f, 9).unwrap(), b"aside");
    socket(&e).connect(&address("D")).unwrap();
    send(&d, b"one").unwrap();
    // Dissolving throws away what waits, and tells the peer.
    socket(&e).connect(&Address::Unspecified).unwrap();
    assert_eq!(e.file.ready(), Ready::OUT);
    assert_eq!(d.file.ready(), Ready::OUT | Ready::ERR);
    assert_eq!(receive(&d, 9), Err(Errno::ECONNRESET));
    assert_eq!(socket(&e).peer(), Err(Errno::ENOTCONN));
    send(&d, b"two").unwrap();
    assert_eq!(receive(&e, 9).unwrap(), b"two");
}

#[test]
fn datagram_shutdown_and_close() {
    let (a, b) = pair(Datagram, true);
    socket(&a).shutdown(READ).unwrap();
    assert_eq!(a.file.ready(), Ready::IN | Ready::OUT | Ready::RDHUP);
    assert_eq!(b.file.ready(), Ready::OUT);
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE));
    assert_eq!(receive_all(&a, 1, Flags::DONTWAIT), Err(Errno::EAGAIN));
    let (a, b) = pair(Datagram, true);
    send(&a, b"last").unwrap();
    a.file.closed();
    assert_eq!(receive(&b, 9).unwrap(), b"last");
    assert_eq!(send(&b, b"x"), Err(Errno::ECONNREFUSED));
    assert_eq!(receive(&b, 9), Err(Errno::EAGAIN));
}

#[test]
fn seqpacket_is_connected_messages() {
    let (a, b) = pair(SeqPacket, true);
    for message in [b"hello".as_slice(), b"", b"ab"] {
        assert_eq!(send_to(&a, message, "/ignored"), Ok(message.len()));
    }
    assert_eq!(b.file.readable_bytes(), Ok(7));
    let first = receive_all(&b, 2, Flags::NONE).unwrap();
    assert_eq!((first.bytes.as_slice(), first.flags), (b"he".as_slice(), Flags::TRUNC));
    assert_eq!(receive(&b, 9).unwrap(), b"");
    assert_eq!(receive(&b, 9).unwrap(), b"ab");
    assert_eq!(receive(&b, 9), Err(Errno::EAGAIN));
    send(&b, b"unread").unwrap();
    a.file.closed();
    assert_eq!(b.file.ready(), Ready::IN | Ready::OUT | Ready::ERR | Ready::HUP | Ready::RDHUP);
    assert_eq!(send(&b, b"x"), Err(Errno::ECONNRESET));
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE));
    assert_eq!(receive(&b, 9).unwrap(), b"");

    let server = bound(SeqPacket, "/run/seq");
    socket(&server).listen(1).unwrap();
    let client = create(SeqPacket, true);
    socket(&client).connect(&address("/run/seq")).unwrap();
    let accepted = socket(&server).accept().unwrap();
    send(&client, b"one").unwrap();
    send(&client, b"two").unwrap();
    assert_eq!(receive(&accepted, 9).unwrap(), b"one");
    socket(&client).shutdown(BOTH).unwrap();
    assert_eq!(receive(&accepted, 9).unwrap(), b"two");
    assert_eq!(receive(&accepted, 9).unwrap(), b"");
}

#[test]
fn descriptions_in_a_message_stay_open_until_they_are_received() {
    for kind in [Stream, Datagram, SeqPacket] {
        let (a, b) = pair(kind, true);
        let (read, write) = pipe::create(true);
        write.opened();
        send_rights(&a, b"x", &[&write, &read]).unwrap();
        assert!(!write.released());
        assert_eq!(receive_all(&b, 9, Flags::PEEK).unwrap().rights, 2);
        assert!(write.is_open());
        let mut byte = [0; 1];
        let mut parts = [&mut byte[..]];
        let mut message = crate::fd::Receive::new(&mut parts, Flags::NONE);
        b.file.receive(&mut message).unwrap();
        let kept = message.rights.swap_remove(0);
        drop(message);
        assert!(Rc::ptr_eq(&kept, &write));
        assert_eq!(send(&kept, b"x"), Err(Errno::EPIPE), "the other end was not kept");
        drop(kept);
        assert!(!write.is_open());
    }
}

#[test]
fn descriptions_that_nobody_receives_are_closed_with_the_queue() {
    for kind in [Stream, Datagram] {
        let (a, b) = pair(kind, true);
        let (read, write) = pipe::create(true);
        send_rights(&a, b"x", &[&write]).unwrap();
        assert_eq!(receive(&read, 1), Err(Errno::EAGAIN));
        b.file.closed();
        assert_eq!(receive(&read, 1).unwrap(), b"");
    }
}

#[test]
fn a_stream_receive_stops_behind_descriptions() {
    let (a, b) = pair(Stream, true);
    let (read, write) = pipe::create(true);
    send(&a, b"one").unwrap();
    send_rights(&a, b"two", &[&read]).unwrap();
    send_rights(&a, b"three", &[&read, &write]).unwrap();
    send(&a, b"four").unwrap();
    let first = receive_all(&b, 99, Flags::NONE).unwrap();
    assert_eq!((first.bytes.as_slice(), first.rights), (b"onetwo".as_slice(), 1));
    let part = receive_all(&b, 2, Flags::NONE).unwrap();
    assert_eq!((part.bytes.as_slice(), part.rights), (b"th".as_slice(), 2));
    let rest = receive_all(&b, 99, Flags::NONE).unwrap();
    assert_eq!((rest.bytes.as_slice(), rest.rights), (b"reefour".as_slice(), 0));
}

#[test]
fn nothing_is_left_behind() {
    let count = |file: &Rc<Description>| Rc::downgrade(&file.file.as_any().downcast_ref::<super::Local>().unwrap().end().clone());
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
