//! The C entry points, one file per C header. They check pointers, call down, and turn the
//! result into a return value and `errno`. Nothing is decided here.

#![allow(unsafe_code)]
#![allow(clippy::missing_safety_doc)] // the contract of each is its man page's
#![allow(clippy::not_unsafe_ptr_arg_deref)] // only C calls them, and pointers are checked

pub mod address;
pub mod arpa_inet;
pub mod devices;
pub mod fcntl;
mod fcntl_locks;
mod fcntl_numbers;
mod fcntl_owner;
pub mod file;
pub mod h_errno;
pub mod hints;
pub mod ifaddrs;
pub mod libc_at;
pub mod libc_file;
pub mod libc_paths;
mod libc_streams;
pub mod linux_netlink;
pub mod mqueue;
pub mod net_if;
pub mod netdb;
pub mod netinet_ether;
pub mod poll;
pub mod resolv;
pub mod signal_hooks;
pub mod stdlib;
pub mod sys_epoll;
pub mod sys_eventfd;
pub mod sys_ioctl;
pub mod sys_resource;
pub mod sys_select;
pub mod sys_sendfile;
pub mod sys_signalfd;
pub mod sys_socket;
mod sys_socket_control;
pub mod sys_socket_mmsg;
pub mod sys_socket_msg;
pub mod sys_socket_orders;
mod sys_socket_pair;
pub mod sys_stat;
pub mod sys_time;
pub mod sys_timerfd;
pub mod sys_uio;
pub mod sys_un;
pub mod time;
pub mod time_clocks;
pub mod types;
mod under_way;
pub mod unistd;
pub mod unistd_cwd;
pub mod unistd_pipe;
pub mod unistd_unlink;
pub mod util;
