//! Who gets the signals of an open file (F_SETOWN in fcntl(2)), and which: kept and read back. None is
//! ever sent, because nothing runs in the program while it waits but the program.

use super::util;
use crate::errno::{Errno, Result};
use crate::host::cell::Global;
use crate::host::identity;
use alloc::vec::Vec;
use core::ffi::c_int;

const F_SETOWN: c_int = 8;
const F_GETOWN: c_int = 9;
const F_SETSIG: c_int = 10;
const F_GETSIG: c_int = 11;
const F_SETOWN_EX: c_int = 15;
const F_GETOWN_EX: c_int = 16;
const F_OWNER_PGRP: c_int = 2;
/// SIGRTMAX of Linux
const LAST_SIGNAL: c_int = 64;

/// `struct f_owner_ex`
#[repr(C)]
#[derive(Clone, Copy)]
struct Owner {
    kind: c_int,
    id: c_int,
}

/// What F_SETOWN and F_SETSIG left: few programs use them, so it stands beside the files.
#[derive(Clone, Copy)]
struct Kept {
    file: usize,
    owner: Owner,
    signal: c_int,
}

static KEPT: Global<Vec<Kept>> = Global::new(Vec::new());

/// Whether the command is about the owner.
pub(super) fn is_owner(command: c_int) -> bool {
    matches!(
        command,
        F_SETOWN | F_GETOWN | F_SETSIG | F_GETSIG | F_SETOWN_EX | F_GETOWN_EX
    )
}

/// The command on the file that `file` names (its address, or a number that is none). `known` says
/// whether there was such a command for it before, which else may have been about a file that is gone.
/// Returns whether there is something to know now, and the value.
pub(super) fn control(
    command: c_int,
    arguments: *const c_int,
    file: usize,
    known: bool,
) -> Result<(bool, c_int)> {
    let new = Kept {
        file,
        owner: Owner { kind: 0, id: 0 },
        signal: 0,
    };
    let mut kept = KEPT
        .with(|list| list.iter().copied().find(|kept| kept.file == file))
        .filter(|_| known)
        .unwrap_or(new);
    let id = kept.owner.id;
    match command {
        F_GETOWN if kept.owner.kind == F_OWNER_PGRP => return Ok((known, -id)),
        F_GETOWN => return Ok((known, id)),
        F_GETSIG => return Ok((known, kept.signal)),
        F_GETOWN_EX => {
            util::write(util::read(arguments)? as *mut Owner, kept.owner)?;
            return Ok((known, 0));
        }
        F_SETSIG => {
            kept.signal = util::read(arguments)?;
            if !(0..=LAST_SIGNAL).contains(&kept.signal) {
                return Err(Errno::EINVAL);
            }
        }
        F_SETOWN_EX => {
            kept.owner = checked(util::read(util::read(arguments)? as *const Owner)?)?;
        }
        _ => {
            let id: c_int = util::read(arguments)?;
            let kind = if id < 0 { F_OWNER_PGRP } else { 1 };
            let id = id.checked_abs().ok_or(Errno::EINVAL)?;
            kept.owner = checked(Owner { kind, id })?;
        }
    }
    KEPT.with(|list| {
        list.retain(|other| other.file != file);
        list.push(kept);
    });
    Ok((true, 0))
}

/// Other processes are not seen; 0 is nobody.
fn checked(owner: Owner) -> Result<Owner> {
    if !(0..=F_OWNER_PGRP).contains(&owner.kind) || owner.id < 0 {
        return Err(Errno::EINVAL);
    }
    if owner.kind != F_OWNER_PGRP && owner.id != 0 && owner.id != identity::process() {
        return Err(Errno::ESRCH);
    }
    Ok(owner)
}
