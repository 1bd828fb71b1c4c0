//! IPPROTO_UDP: udp(7), `<linux/udp.h>`.

use crate::errno::Errno;
use crate::socket::options::rule::Rule::*;
use crate::socket::options::rule::{Flag, Length, Row, UDP, only, rows};

rows! {
    UDP_CORK = 1 [UDP] Int 0 Switch(Flag::Cork);
        Acted "udp(7)" "What is sent while it is on leaves as one datagram when it is turned off."
    UDP_ENCAP = 100 [UDP] Int 0 only(i32::MIN, i32::MAX, Errno::ENOPROTOOPT);
        Refused "udp(7)" "There is no IPsec to take the datagrams."
    UDP_NO_CHECK6_TX = 101 [UDP] Int 0 Bool;
        Emulated "linux/udp.h" "The host always computes the checksum."
    UDP_NO_CHECK6_RX = 102 [UDP] Int 0 Bool;
        Emulated "linux/udp.h" "The host always checks the checksum."
    UDP_SEGMENT = 103 [UDP] Int 0 only(0, 65535, Errno::ENOPROTOOPT);
        Refused "udp(7)" "A large datagram would be sent whole instead of cut up; programs that ask fall back to one send each."
    UDP_GRO = 104 [UDP] Int 0 Bool;
        Emulated "udp(7)" "It permits the kernel to join datagrams; the host never does, and none needs taking apart."
}
