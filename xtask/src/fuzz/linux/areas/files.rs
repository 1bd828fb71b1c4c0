//! Files and folders.

use super::{common, pipes};
use crate::fuzz::linux::generate::{Kind, Maker};

const FILES: &[Kind] = &[Kind::File, Kind::File, Kind::Folder];
/// How many names `calls/files.h` has.
const NAMES: usize = 16;

pub fn start(g: &mut Maker) {
    g.call("mkdir", &["3"]);
    let slot = g.fill(Kind::File);
    g.call("open", &[&slot, "0", "O_RDWR|O_CREAT", "0644"]);
    let slot = g.fill(Kind::Folder);
    g.call("open", &[&slot, "3", "O_RDONLY|O_DIRECTORY", "0"]);
}

/// A name, mostly one that leads somewhere.
fn name(g: &mut Maker) -> String {
    if g.random.chance(75) {
        g.one(&["0", "0", "1", "3", "4", "5", "6", "15"])
    } else {
        g.random.below(NAMES).to_string()
    }
}

pub fn step(g: &mut Maker) {
    let file = g.some(&[Kind::File]);
    let length = g.length();
    match g.random.below(100) {
        0..8 => open(g),
        8..16 => g.call("write", &[&file, &length]),
        16..23 => {
            let room = g.room();
            g.call("read", &[&file, &room]);
        }
        23..28 => {
            let offset = g.one(&[
                "0",
                "0",
                "1",
                "100",
                "5000",
                "-1",
                "-10",
                "0x7fffffffffffffff",
            ]);
            let whence = g.one(&["SEEK_SET", "SEEK_CUR", "SEEK_END", "77"]);
            g.call("lseek", &[&file, &offset, &whence]);
        }
        28..33 => positioned(g, &file, &length),
        33..36 => {
            let other = g.length();
            let third = g.one(&["-1", "0", "3"]);
            let call = g.random.weighted(&[(1, "readv"), (1, "writev")]);
            g.call(call, &[&file, &length, &other, &third]);
        }
        36..38 => {
            let length = g.one(&["0", "10", "5000", "-1"]);
            if g.random.chance(60) {
                g.call("ftruncate", &[&file, &length]);
            } else {
                // One fault at a time: the name may be none.
                let (name, length) = (name(g), g.one(&["0", "10", "5000"]));
                g.call("truncate", &[&name, &length]);
            }
        }
        38..41 => {
            let file = g.any();
            g.call("fstat", &[&file]);
        }
        41..45 => {
            let name = name(g);
            let call = g.random.weighted(&[(2, "stat"), (1, "lstat")]);
            g.call(call, &[&name]);
        }
        45..57 => names(g),
        57..64 => at_folder(g),
        64..67 => {
            let name = name(g);
            g.call("list", &[&name]);
        }
        67..70 => {
            let folder = g.some(&[Kind::Folder]);
            g.call("list_open", &[&folder]);
        }
        70..78 => common::descriptor(g),
        78..82 => common::ready(g, FILES),
        82..86 => g.close_some(),
        86..94 => small(g, &file),
        94..96 => {
            let writes = g.one(&["0", "1"]);
            g.call("stream", &[&file, &length, &writes]);
        }
        96 => pipes::pipe(g),
        97 => {
            let to = g.some(&[Kind::PipeWrite, Kind::File]);
            let offset = g.one(&["-1", "0", "10", "100000"]);
            g.call("sendfile", &[&to, &file, &offset, &length]);
        }
        98 => {
            let (from, to) = (
                g.some(&[Kind::PipeRead, Kind::File]),
                g.some(&[Kind::PipeWrite, Kind::File]),
            );
            g.call("splice", &[&from, &to, &length, "0"]);
        }
        _ => {
            let slot = g.fill(Kind::Epoll);
            g.call("epoll_create", &[&slot, "0"]);
            g.call("epoll_ctl", &[&slot, "EPOLL_CTL_ADD", &file, "EPOLLIN"]);
        }
    }
}

fn open(g: &mut Maker) {
    let name = name(g);
    let access = g.one(&["O_RDONLY", "O_RDWR", "O_RDWR", "O_WRONLY"]);
    let more = g.one(&[
        "0",
        "O_CREAT",
        "O_CREAT",
        "O_CREAT|O_EXCL",
        "O_TRUNC",
        "O_CREAT|O_APPEND",
        "O_DIRECTORY",
        "O_NOFOLLOW",
        "O_NONBLOCK",
        "O_CLOEXEC",
        "O_CREAT|O_TRUNC|O_CLOEXEC",
    ]);
    let flags = format!("{access}|{more}");
    let kind = if ["3", "6", "9"].contains(&name.as_str()) {
        Kind::Folder
    } else {
        Kind::File
    };
    if g.random.chance(70) {
        let slot = g.fill(kind);
        g.call("open", &[&slot, &name, &flags, "0644"]);
    } else {
        let folder = g.some(&[Kind::Folder]);
        let slot = g.fill(kind);
        g.call("openat", &[&slot, &folder, &name, &flags, "0644"]);
    }
}

fn positioned(g: &mut Maker, file: &str, length: &str) {
    let offset = g.one(&["0", "1", "100", "5000", "-1"]);
    match g.random.below(4) {
        0 => g.call("pread", &[file, length, &offset]),
        1 => g.call("pwrite", &[file, length, &offset]),
        2 => g.call("preadv", &[file, length, "10", &offset]),
        _ => g.call("pwritev", &[file, length, "10", &offset]),
    }
}

fn names(g: &mut Maker) {
    let (one, other) = (name(g), name(g));
    match g.random.below(12) {
        0 | 1 => g.call("unlink", &[&one]),
        2 => g.call("remove", &[&one]),
        3 | 4 => g.call("mkdir", &[&one]),
        5 => g.call("rmdir", &[&one]),
        6 | 7 => g.call("rename", &[&one, &other]),
        8 => g.call("link", &[&one, &other]),
        9 => {
            let to = g.one(&["0", "3", "4", "15", "7"]);
            g.call("symlink", &[&to, "15"]);
        }
        10 => {
            let room = g.one(&["64", "3", "0"]);
            g.call("readlink", &[&one, &room]);
        }
        _ => {
            let mode = g.one(&["F_OK", "R_OK", "W_OK", "R_OK|W_OK", "77"]);
            g.call("access", &[&one, &mode]);
        }
    }
}

fn at_folder(g: &mut Maker) {
    let folder = g.some(&[Kind::Folder]);
    let (one, other) = (name(g), name(g));
    match g.random.below(6) {
        0 | 1 => {
            let flags = g.one(&["0", "0", "AT_SYMLINK_NOFOLLOW"]);
            g.call("fstatat", &[&folder, &one, &flags]);
        }
        2 => g.call("mkdirat", &[&folder, &one]),
        3 | 4 => {
            let flags = g.one(&["0", "0", "AT_REMOVEDIR"]);
            g.call("unlinkat", &[&folder, &one, &flags]);
        }
        _ => {
            let folder2 = g.some(&[Kind::Folder]);
            g.call("renameat", &[&folder, &one, &folder2, &other]);
        }
    }
}

fn small(g: &mut Maker, file: &str) {
    match g.random.below(8) {
        0 => g.call("fsync", &[file]),
        1 => g.call("fdatasync", &[file]),
        2 => {
            let (offset, length) = (g.one(&["0", "100", "-1"]), g.one(&["1", "5000", "0", "-1"]));
            g.call("fallocate", &[file, &offset, &length]);
        }
        3 => {
            let advice = g.one(&["POSIX_FADV_NORMAL", "POSIX_FADV_DONTNEED", "77"]);
            g.call("fadvise", &[file, "0", "0", &advice]);
        }
        4 => {
            let nanoseconds = g.one(&["0", "0", "1000000000"]);
            g.call("futimens", &[file, "1000000", &nanoseconds]);
        }
        5 => {
            let name = g.one(&["_PC_NAME_MAX", "_PC_PATH_MAX", "_PC_PIPE_BUF", "77"]);
            g.call("fpathconf", &[file, &name]);
        }
        6 => g.call("fstatvfs", &[file]),
        _ => {
            let command = g.one(&["F_GETOWN", "F_SETOWN"]);
            g.call("fcntl", &[file, &command, "0"]);
        }
    }
}
