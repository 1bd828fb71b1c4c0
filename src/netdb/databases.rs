//! `/etc/services`, `/etc/protocols` and `/etc/networks`: one parser each, used for the file
//! when the program can open it and for a built-in extract when it cannot.

use super::inet;
use super::text::{Fields, decimal, fields, lines};

/// A line of services(5).
#[derive(Clone)]
pub struct Service<'a> {
    /// The official name.
    pub name: &'a [u8],
    /// The port, in host byte order.
    pub port: u16,
    /// The protocol's name.
    pub protocol: &'a [u8],
    /// Other names.
    pub aliases: Fields<'a>,
}

/// All well-formed lines of services(5).
pub fn services(text: &[u8]) -> impl Iterator<Item = Service<'_>> {
    lines(text).filter_map(|line| {
        let mut aliases = fields(line);
        let name = aliases.next()?;
        let place = aliases.next()?;
        let slash = place.iter().position(|&byte| byte == b'/')?;
        let (port, protocol) = place.split_at_checked(slash)?;
        let port = u16::try_from(decimal(port, 0xffff)?).ok()?;
        let protocol = protocol.get(1..).filter(|name| !name.is_empty())?;
        Some(Service {
            name,
            port,
            protocol,
            aliases,
        })
    })
}

/// The service of a name or alias, over the given protocol or over any.
pub fn service_by_name<'a>(
    text: &'a [u8],
    name: &[u8],
    protocol: Option<&[u8]>,
) -> Option<Service<'a>> {
    services(text).find(|service| {
        protocol.is_none_or(|wanted| wanted == service.protocol)
            && (service.name == name || service.aliases.clone().any(|alias| alias == name))
    })
}

/// The service at a port (host byte order), over the given protocol or over any.
pub fn service_by_port<'a>(
    text: &'a [u8],
    port: u16,
    protocol: Option<&[u8]>,
) -> Option<Service<'a>> {
    services(text).find(|service| {
        service.port == port && protocol.is_none_or(|wanted| wanted == service.protocol)
    })
}

/// A line of protocols(5).
#[derive(Clone)]
pub struct Protocol<'a> {
    /// The official name.
    pub name: &'a [u8],
    /// The number in the IP header.
    pub number: i32,
    /// Other names.
    pub aliases: Fields<'a>,
}

/// All well-formed lines of protocols(5).
pub fn protocols(text: &[u8]) -> impl Iterator<Item = Protocol<'_>> {
    lines(text).filter_map(|line| {
        let mut aliases = fields(line);
        let name = aliases.next()?;
        let number = i32::try_from(decimal(aliases.next()?, i32::MAX as u32)?).ok()?;
        Some(Protocol {
            name,
            number,
            aliases,
        })
    })
}

/// The protocol of a name or alias.
pub fn protocol_by_name<'a>(text: &'a [u8], name: &[u8]) -> Option<Protocol<'a>> {
    protocols(text)
        .find(|entry| entry.name == name || entry.aliases.clone().any(|alias| alias == name))
}

/// The protocol of a number.
pub fn protocol_by_number(text: &[u8], number: i32) -> Option<Protocol<'_>> {
    protocols(text).find(|entry| entry.number == number)
}

/// A line of networks(5).
#[derive(Clone)]
pub struct Network<'a> {
    /// The official name.
    pub name: &'a [u8],
    /// The network number, in host byte order, all four octets.
    pub number: u32,
    /// Other names.
    pub aliases: Fields<'a>,
}

/// All well-formed lines of networks(5).
pub fn networks(text: &[u8]) -> impl Iterator<Item = Network<'_>> {
    lines(text).filter_map(|line| {
        let mut aliases = fields(line);
        let name = aliases.next()?;
        let written = aliases.next()?;
        let number = inet::network(written);
        if number == inet::NONE && written != b"255.255.255.255" {
            return None;
        }
        // A short number stands for the high octets.
        let octets = written.split(|&byte| byte == b'.').count() as u32;
        let number = if octets < 4 {
            number << (8 * (4 - octets))
        } else {
            number
        };
        Some(Network {
            name,
            number,
            aliases,
        })
    })
}

/// The network of a name or alias, without regard to case.
pub fn network_by_name<'a>(text: &'a [u8], name: &[u8]) -> Option<Network<'a>> {
    networks(text).find(|entry| {
        entry.name.eq_ignore_ascii_case(name)
            || entry
                .aliases
                .clone()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    })
}

/// The network of a number.
pub fn network_by_number(text: &[u8], number: u32) -> Option<Network<'_>> {
    networks(text).find(|entry| entry.number == number)
}

/// Stands for `/etc/networks`.
pub const NETWORKS: &[u8] = b"default 0.0.0.0\nloopback 127.0.0.0\nlink-local 169.254.0.0\n";

/// Stands for `/etc/protocols`.
pub const PROTOCOLS: &[u8] = b"\
ip 0 IP
hopopt 0 HOPOPT
icmp 1 ICMP
igmp 2 IGMP
ggp 3 GGP
ipencap 4 IP-ENCAP
tcp 6 TCP
egp 8 EGP
udp 17 UDP
rdp 27 RDP
dccp 33 DCCP
ipv6 41 IPv6
ipv6-route 43 IPv6-Route
ipv6-frag 44 IPv6-Frag
rsvp 46 RSVP
gre 47 GRE
esp 50 IPSEC-ESP
ah 51 IPSEC-AH
ipv6-icmp 58 IPv6-ICMP
ipv6-nonxt 59 IPv6-NoNxt
ipv6-opts 60 IPv6-Opts
ospf 89 OSPFIGP
ipip 94 IPIP
pim 103 PIM
vrrp 112 VRRP
l2tp 115 L2TP
sctp 132 SCTP
udplite 136 UDPLite
mptcp 262 MPTCP
";

/// Stands for `/etc/services`: what network programs ask for by name.
pub const SERVICES: &[u8] = b"\
tcpmux 1/tcp
echo 7/tcp
echo 7/udp
discard 9/tcp sink null
discard 9/udp sink null
systat 11/tcp users
daytime 13/tcp
daytime 13/udp
netstat 15/tcp
qotd 17/tcp quote
chargen 19/tcp ttytst source
chargen 19/udp ttytst source
ftp-data 20/tcp
ftp 21/tcp
ssh 22/tcp
telnet 23/tcp
smtp 25/tcp mail
time 37/tcp timserver
time 37/udp timserver
whois 43/tcp nicname
domain 53/tcp
domain 53/udp
bootps 67/udp
bootpc 68/udp
tftp 69/udp
gopher 70/tcp
finger 79/tcp
http 80/tcp www
kerberos 88/tcp kerberos5 krb5 kerberos-sec
kerberos 88/udp kerberos5 krb5 kerberos-sec
pop3 110/tcp pop-3
sunrpc 111/tcp portmapper
sunrpc 111/udp portmapper
auth 113/tcp authentication tap ident
nntp 119/tcp readnews untp
ntp 123/udp
imap2 143/tcp imap
snmp 161/tcp
snmp 161/udp
snmp-trap 162/tcp snmptrap
snmp-trap 162/udp snmptrap
irc 194/tcp
irc 194/udp
ldap 389/tcp
ldap 389/udp
https 443/tcp
https 443/udp
submissions 465/tcp ssmtp smtps urd
exec 512/tcp
biff 512/udp comsat
login 513/tcp
who 513/udp whod
shell 514/tcp cmd syslog
syslog 514/udp
printer 515/tcp spooler
talk 517/udp
ntalk 518/udp
route 520/udp router routed
nntps 563/tcp snntp
submission 587/tcp
ldaps 636/tcp
ldaps 636/udp
domain-s 853/tcp
domain-s 853/udp
rsync 873/tcp
ftps-data 989/tcp
ftps 990/tcp
telnets 992/tcp
imaps 993/tcp
pop3s 995/tcp
socks 1080/tcp
openvpn 1194/tcp
openvpn 1194/udp
ms-sql-s 1433/tcp
mqtt 1883/tcp
nfs 2049/tcp
nfs 2049/udp
mysql 3306/tcp
svn 3690/tcp subversion
nut 3493/tcp
iscsi-target 3260/tcp
sip 5060/tcp
sip 5060/udp
sip-tls 5061/tcp
sip-tls 5061/udp
xmpp-client 5222/tcp jabber-client
xmpp-server 5269/tcp jabber-server
mdns 5353/udp
postgresql 5432/tcp postgres
amqps 5671/tcp
amqp 5672/tcp
x11 6000/tcp x11-0
redis 6379/tcp
syslog-tls 6514/tcp
ircs-u 6697/tcp
http-alt 8080/tcp webcache
secure-mqtt 8883/tcp
git 9418/tcp
munin 4949/tcp lrrd
zabbix-agent 10050/tcp
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_texts_parse_completely() {
        assert_eq!(
            services(SERVICES).count(),
            SERVICES.split(|b| *b == b'\n').count() - 1
        );
        assert_eq!(
            protocols(PROTOCOLS).count(),
            PROTOCOLS.split(|b| *b == b'\n').count() - 1
        );
        assert_eq!(networks(NETWORKS).count(), 3);
    }

    #[test]
    fn services_are_found_by_name_alias_port_and_protocol() {
        let port = |name: &[u8], protocol| {
            service_by_name(SERVICES, name, protocol).map(|service| service.port)
        };
        assert_eq!(port(b"http", Some(b"tcp")), Some(80));
        assert_eq!(port(b"www", None), Some(80));
        assert_eq!(port(b"http", Some(b"udp")), None);
        assert_eq!(port(b"HTTP", None), None);
        assert_eq!(port(b"tftp", None), Some(69));
        assert_eq!(port(b"nosuch", None), None);
        let name = |port, protocol| service_by_port(SERVICES, port, protocol).map(|s| s.name);
        assert_eq!(name(514, Some(b"udp")), Some(&b"syslog"[..]));
        assert_eq!(name(514, Some(b"tcp")), Some(&b"shell"[..]));
        assert_eq!(name(53, None), Some(&b"domain"[..]));
        assert_eq!(name(1, Some(b"sctp")), None);
    }

    #[test]
    fn malformed_service_lines_are_skipped() {
        let text = b"a\nb 1\nc x/tcp\nd 1/\ne 65536/tcp\nf /tcp\ng 7/tcp h # i\n\x80\xff 1/\xff";
        let names: Vec<&[u8]> = services(text).map(|service| service.name).collect();
        assert_eq!(names, [&b"g"[..], b"\x80\xff"]);
        assert_eq!(service_by_name(text, b"i", None).map(|s| s.port), None);
        assert_eq!(service_by_name(text, b"h", None).map(|s| s.port), Some(7));
    }

    #[test]
    fn protocols_are_found_by_name_alias_and_number() {
        assert_eq!(
            protocol_by_name(PROTOCOLS, b"tcp").map(|p| p.number),
            Some(6)
        );
        assert_eq!(
            protocol_by_name(PROTOCOLS, b"UDP").map(|p| p.number),
            Some(17)
        );
        assert_eq!(protocol_by_name(PROTOCOLS, b"Udp").map(|p| p.number), None);
        assert_eq!(
            protocol_by_number(PROTOCOLS, 58).map(|p| p.name),
            Some(&b"ipv6-icmp"[..])
        );
        assert!(protocol_by_number(PROTOCOLS, -1).is_none());
        assert_eq!(protocols(b"x\ny z\nw -1\nq 5").count(), 1);
    }

    #[test]
    fn short_network_numbers_are_high_octets() {
        let text = b"loop 127\nten 10.1 alias\nfull 192.0.2.0\nbad 1.2.3.4.5\n";
        assert_eq!(
            network_by_name(text, b"LOOP").map(|n| n.number),
            Some(0x7f00_0000)
        );
        assert_eq!(
            network_by_name(text, b"alias").map(|n| n.number),
            Some(0x0a01_0000)
        );
        assert_eq!(
            network_by_number(text, 0xc000_0200).map(|n| n.name),
            Some(&b"full"[..])
        );
        assert!(network_by_name(text, b"bad").is_none());
    }
}
