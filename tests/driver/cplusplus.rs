//! C++: the language, the library, and the headers of the overlay in it.

use crate::place::{Place, stderr, stdout};
use xtask::toolchain::libcxx;

const PROGRAM: &str = r#"
#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

class Socket {
  public:
    explicit Socket(int fd) : fd(fd) {}
    Socket(Socket &&other) noexcept : fd(std::exchange(other.fd, -1)) {}
    ~Socket() {
        if (fd >= 0)
            ::close(fd);
    }
    int fd;
};

static std::optional<Socket> listener(sockaddr_in &name) {
    Socket s{::socket(AF_INET, SOCK_STREAM, 0)};
    socklen_t size = sizeof name;
    name = {};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto *any = reinterpret_cast<sockaddr *>(&name);
    if (::bind(s.fd, any, size) || ::listen(s.fd, 8) || ::getsockname(s.fd, any, &size))
        return std::nullopt;
    return s;
}

struct Goodbye {
    ~Goodbye() { std::puts("static object gone"); }
} goodbye;

int main() {
    sockaddr_in name;
    auto server = listener(name);
    if (!server)
        return 1;
    Socket client{::socket(AF_INET, SOCK_STREAM, 0)};
    if (::connect(client.fd, reinterpret_cast<sockaddr *>(&name), sizeof name))
        return 1;
    Socket peer{::accept(server->fd, nullptr, nullptr)};
    Socket set{::epoll_create1(EPOLL_CLOEXEC)};
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = peer.fd;
    if (::epoll_ctl(set.fd, EPOLL_CTL_ADD, peer.fd, &event))
        return 1;
    const std::string words = "pear apple fig";
    if (::send(client.fd, words.data(), words.size(), 0) != ssize_t(words.size()))
        return 1;
    if (::epoll_wait(set.fd, &event, 1, -1) != 1 || event.data.fd != peer.fd)
        return 1;
    std::vector<char> buffer(100);
    auto count = ::recv(peer.fd, buffer.data(), buffer.size(), 0);
    std::map<char, int> letters;
    std::for_each(buffer.begin(), buffer.begin() + count, [&](char c) { letters[c]++; });
    for (auto [letter, times] : letters)
        if (times > 1)
            std::cout << letter << times << ' ';
    auto since = std::chrono::steady_clock::now().time_since_epoch();
    std::cout << (since > std::chrono::hours(1) ? "late" : "early") << std::endl;
}
"#;

#[test]
fn a_program_in_cplusplus_17() {
    let place = Place::new("cplusplus");
    let clang = place.built.toolchain.clang_version;
    let sdk = std::env::var_os("WASI_SDK_PATH").is_some();
    if !sdk && libcxx::installed(clang).unwrap().is_none() {
        eprintln!("NOT TESTED: no C++ library for clang {clang} could be had on this machine");
        return;
    }
    place.write("program.cpp", PROGRAM);
    for libc in &place.built.toolchain.libcs {
        let program = format!("program-{}", libc.name);
        let output = place
            .command(place.built.prefix.root().join("bin/wps-c++"))
            .arg(format!("--wps-libc={}", libc.name))
            .args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-O1"])
            .args(["program.cpp", "-o", &program])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: {}",
            libc.name,
            stderr(&output)
        );
        let ran = place.run(&program, &[]);
        assert_eq!(
            stdout(&ran),
            " 2 a2 e2 p3 late\nstatic object gone\n",
            "{}: {}",
            libc.name,
            stderr(&ran)
        );
        assert!(ran.status.success());
    }
}

#[test]
fn exceptions_are_refused_by_the_compiler() {
    let place = Place::new("exceptions");
    place.write("throw.cpp", "int main() { throw 1; }\n");
    let output = place
        .command(place.built.prefix.root().join("bin/wps-c++"))
        .args(["throw.cpp", "-o", "throw"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = stderr(&output);
    assert!(said.contains("exceptions disabled"), "{said}");
}
