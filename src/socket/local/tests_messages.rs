//! Datagrams, packets, and descriptions in messages, as unix(7) and Linux have them.

use super::testing::*;
use super::{create, pair, pipe};
use crate::errno::Errno;
use crate::fd::file::Type::{Datagram, SeqPacket, Stream};
use crate::fd::{Address, Flags, Ready};
use std::rc::Rc;

#[test]
fn datagrams_keep_their_bounds_and_senders() {
    let server = bound(Datagram, "/run/log");
    let client = bound(Datagram, "/run/client");
    assert_eq!(send_to(&client, b"one", "/run/log"), Ok(3));
    assert_eq!(send_to(&client, b"", "/run/log"), Ok(0));
    assert_eq!(
        send_to(&create(Datagram, true), b"three", "/run/log"),
        Ok(5)
    );
    assert_eq!(server.file.readable_bytes(), Ok(3));
    let peeked = receive_all(&server, 2, Flags::PEEK | Flags::TRUNC).unwrap();
    assert_eq!((peeked.length, peeked.flags), (3, Flags::TRUNC));
    let first = receive_all(&server, 2, Flags::NONE).unwrap();
    assert_eq!(first.bytes, b"on");
    assert_eq!(
        (first.flags, first.from),
        (Flags::TRUNC, Some(address("/run/client")))
    );
    assert_eq!(receive(&server, 9).unwrap(), b"");
    let third = receive_all(&server, 9, Flags::NONE).unwrap();
    assert_eq!(
        (third.bytes.as_slice(), third.from),
        (b"three".as_slice(), None)
    );
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
    assert_eq!(
        (client.file.notify().edges(), other.file.notify().edges()),
        (edges.0 + 1, edges.1 + 1)
    );
    assert_eq!(client.file.ready(), Ready::OUT);
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
    assert_eq!(
        [1, 256, 1024, 16_384, 65_536].map(fill),
        [278, 167, 93, 11, 4]
    );
    assert_eq!(send(&a, &vec![0; 212_960]), Ok(212_960));
    assert_eq!(send(&a, b"x"), Err(Errno::EAGAIN));
    assert_eq!(a.file.ready(), Ready::NONE);
    receive(&b, 1).unwrap();
    assert_eq!(a.file.ready(), Ready::OUT);
}

#[test]
fn a_connected_datagram_socket_hears_its_peer_alone() {
    let (d, e, f) = (
        bound(Datagram, "D"),
        bound(Datagram, "E"),
        bound(Datagram, "F"),
    );
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
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE_WITHOUT_SIGNAL));
    assert_eq!(receive(&a, 1), Err(Errno::EAGAIN));
    let mut message = crate::fd::Receive::new(&mut [], Flags::NONE);
    message.wait = true;
    assert_eq!(a.file.receive(&mut message), Ok(0));
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
    assert_eq!(
        (first.bytes.as_slice(), first.flags),
        (b"he".as_slice(), Flags::TRUNC)
    );
    assert_eq!(receive(&b, 9).unwrap(), b"");
    assert_eq!(receive(&b, 9).unwrap(), b"ab");
    assert_eq!(receive(&b, 9), Err(Errno::EAGAIN));
    send(&b, b"unread").unwrap();
    a.file.closed();
    assert_eq!(
        b.file.ready(),
        Ready::IN | Ready::OUT | Ready::ERR | Ready::HUP | Ready::RDHUP
    );
    assert_eq!(send(&b, b"x"), Err(Errno::ECONNRESET));
    assert_eq!(send(&b, b"x"), Err(Errno::EPIPE_WITHOUT_SIGNAL));
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
        assert_eq!(
            send(&kept, b"x"),
            Err(Errno::EPIPE),
            "the other end was not kept"
        );
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
    assert_eq!(
        (first.bytes.as_slice(), first.rights),
        (b"onetwo".as_slice(), 1)
    );
    let part = receive_all(&b, 2, Flags::NONE).unwrap();
    assert_eq!((part.bytes.as_slice(), part.rights), (b"th".as_slice(), 2));
    let rest = receive_all(&b, 99, Flags::NONE).unwrap();
    assert_eq!(
        (rest.bytes.as_slice(), rest.rights),
        (b"reefour".as_slice(), 0)
    );
}

#[test]
fn a_long_chain_of_sockets_in_sockets_is_closed() {
    let (first, watched) = pair(Stream, true);
    first.opened();
    let mut inner = first;
    for _ in 0..100_000 {
        let (a, b) = pair(Stream, true);
        send_rights(&a, b"x", &[&inner]).unwrap();
        inner.released();
        b.opened();
        inner = b;
    }
    assert_eq!(watched.file.ready(), Ready::OUT);
    drop(in_flight(&inner));
    assert!(inner.is_open());
    inner.released();
    drop(in_flight(&inner));
    assert!(watched.file.ready().any(Ready::HUP));
}
