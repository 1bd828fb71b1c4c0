//! Shorter names between the core modules of a component and the component itself.
//!
//! A core module calls `wasi:sockets/tcp@0.2.0` `[method]tcp-socket.accept` by these names, and the
//! component hands it the function under the same: each name stands in the module and once more
//! around it. What the host sees are the component's own imports, which stay as they are.

use crate::strip::{ALIAS, CORE_MODULE, HEADER, number, section};
use std::collections::HashMap;

const CORE_IMPORTS: u8 = 2;
const CORE_INSTANCE: u8 = 2;

/// How a core instance comes about.
enum Instance<'a> {
    /// From a core module, with an instance for each name that it imports from.
    Module(usize, Vec<(&'a [u8], usize)>),
    /// A list of exports: names, and the kind and index behind each.
    Exports(Vec<(&'a [u8], u8, usize)>),
}

/// The sections of a component, by id, with short names where nothing but its own core modules uses
/// the long ones. `None` when it is not understood.
pub fn shorten(sections: &[(u8, Vec<u8>)]) -> Option<Vec<(u8, Vec<u8>)>> {
    let mut instances = Vec::new();
    let mut aliased = Vec::new();
    for (id, body) in sections {
        match *id {
            CORE_INSTANCE => instances.extend(read_instances(body)?),
            ALIAS => aliased.extend(read_aliases(body)?),
            _ => {}
        }
    }
    let modules: Vec<&[u8]> = sections
        .iter()
        .filter(|(id, _)| *id == CORE_MODULE)
        .map(|(_, body)| &body[..])
        .collect();

    // New names: of the modules' imports by module, and of exports by instance.
    let mut imports: Vec<Option<Renamed>> = modules.iter().map(|_| None).collect();
    let mut exports: HashMap<usize, HashMap<&[u8], Vec<u8>>> = HashMap::new();
    let mut arguments: HashMap<(usize, &[u8]), Vec<u8>> = HashMap::new();
    let uses = |wanted: usize| {
        let all = instances.iter().filter_map(|instance| match instance {
            Instance::Module(_, arguments) => Some(arguments),
            Instance::Exports(_) => None,
        });
        all.flatten().filter(|(_, with)| *with == wanted).count()
    };
    for (at, instance) in instances.iter().enumerate() {
        let Instance::Module(module, given) = instance else {
            continue;
        };
        let again = |other: &Instance| matches!(other, Instance::Module(m, _) if m == module);
        if instances.iter().filter(|other| again(other)).count() != 1 {
            continue;
        }
        let mut renamed = Renamed::new();
        let mut names = Names::new(given.iter().map(|(name, _)| *name));
        for (name, with) in given {
            let Some(Instance::Exports(list)) = instances.get(*with) else {
                continue;
            };
            if uses(*with) != 1 || aliased.contains(with) {
                continue;
            }
            let mut fields = Names::new([].into_iter());
            let fields: HashMap<&[u8], Vec<u8>> = list
                .iter()
                .map(|(name, ..)| (*name, fields.next()))
                .collect();
            let short = names.next();
            arguments.insert((at, *name), short.clone());
            renamed.insert(name, (short, fields.clone()));
            exports.insert(*with, fields);
        }
        *imports.get_mut(*module)? = Some(renamed);
    }

    let mut out = Vec::with_capacity(sections.len());
    let (mut next_instance, mut next_module) = (0, 0);
    for (id, body) in sections {
        let body = match *id {
            CORE_INSTANCE => {
                let count = number(body)?.0;
                let start = next_instance;
                next_instance += count;
                let mut written = Vec::with_capacity(body.len());
                put_number(&mut written, count);
                for (at, instance) in instances.get(start..next_instance)?.iter().enumerate() {
                    write_instance(
                        &mut written,
                        instance,
                        |name| arguments.get(&(start + at, name)),
                        exports.get(&(start + at)),
                    );
                }
                written
            }
            CORE_MODULE => {
                let renamed = imports.get(next_module)?.as_ref();
                next_module += 1;
                match renamed {
                    Some(renamed) => with_short_imports(body, renamed)?,
                    None => body.clone(),
                }
            }
            _ => body.clone(),
        };
        out.push((*id, body));
    }
    Some(out)
}

/// The new name of each module that a core module imports from, and of what it imports from it.
type Renamed<'a> = HashMap<&'a [u8], (Vec<u8>, HashMap<&'a [u8], Vec<u8>>)>;

/// Short names, none of which is taken.
struct Names<'a> {
    taken: Vec<&'a [u8]>,
    given: usize,
}

impl<'a> Names<'a> {
    fn new(taken: impl Iterator<Item = &'a [u8]>) -> Self {
        Names {
            taken: taken.collect(),
            given: 0,
        }
    }

    fn next(&mut self) -> Vec<u8> {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        loop {
            let mut left = self.given;
            self.given += 1;
            let mut name = vec![LETTERS[left % LETTERS.len()]];
            while left >= LETTERS.len() {
                left = left / LETTERS.len() - 1;
                name.push(LETTERS[left % LETTERS.len()]);
            }
            if !self.taken.contains(&&name[..]) {
                return name;
            }
        }
    }
}

fn read_instances(body: &[u8]) -> Option<Vec<Instance<'_>>> {
    let mut reader = Reader(body);
    let mut instances = Vec::new();
    for _ in 0..reader.number()? {
        instances.push(match reader.byte()? {
            0 => {
                let module = reader.number()?;
                let mut arguments = Vec::new();
                for _ in 0..reader.number()? {
                    let name = reader.name()?;
                    // The only kind of argument there is: an instance.
                    (reader.byte()? == 0x12).then_some(())?;
                    arguments.push((name, reader.number()?));
                }
                Instance::Module(module, arguments)
            }
            1 => {
                let mut exports = Vec::new();
                for _ in 0..reader.number()? {
                    exports.push((reader.name()?, reader.byte()?, reader.number()?));
                }
                Instance::Exports(exports)
            }
            _ => return None,
        });
    }
    reader.0.is_empty().then_some(instances)
}

fn write_instance<'a>(
    out: &mut Vec<u8>,
    instance: &Instance<'a>,
    argument: impl Fn(&'a [u8]) -> Option<&'a Vec<u8>>,
    exports: Option<&HashMap<&[u8], Vec<u8>>>,
) {
    match instance {
        Instance::Module(module, arguments) => {
            out.push(0);
            put_number(out, *module);
            put_number(out, arguments.len());
            for (name, with) in arguments {
                put_name(out, argument(name).map_or(*name, |short| &short[..]));
                out.push(0x12);
                put_number(out, *with);
            }
        }
        Instance::Exports(list) => {
            out.push(1);
            put_number(out, list.len());
            for (name, kind, index) in list {
                let short = exports.and_then(|names| names.get(name));
                put_name(out, short.map_or(*name, |short| &short[..]));
                out.push(*kind);
                put_number(out, *index);
            }
        }
    }
}

/// The core instances whose exports are used by name. `None` where core modules come from elsewhere
/// than from this component, or something is not understood.
fn read_aliases(body: &[u8]) -> Option<Vec<usize>> {
    const CORE: u8 = 0;
    const CORE_MODULES: u8 = 0x11;
    let mut reader = Reader(body);
    let mut used = Vec::new();
    for _ in 0..reader.number()? {
        if reader.byte()? == CORE && reader.byte()? == CORE_MODULES {
            return None;
        }
        match reader.byte()? {
            0 => {
                reader.number()?;
                reader.name()?;
            }
            1 => {
                used.push(reader.number()?);
                reader.name()?;
            }
            2 => {
                reader.number()?;
                reader.number()?;
            }
            _ => return None,
        }
    }
    reader.0.is_empty().then_some(used)
}

/// A core module, its imports renamed. `None` if it has any that the component does not give it.
fn with_short_imports(module: &[u8], renamed: &Renamed) -> Option<Vec<u8>> {
    let (head, rest) = module.split_at_checked(HEADER)?;
    let mut out = head.to_vec();
    let mut reader = Reader(rest);
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        let size = reader.number()?;
        let body = reader.take(size)?;
        if id == CORE_IMPORTS {
            section(&mut out, id, &short_imports(body, renamed)?);
        } else {
            section(&mut out, id, body);
        }
    }
    Some(out)
}

fn short_imports(body: &[u8], renamed: &Renamed) -> Option<Vec<u8>> {
    let mut reader = Reader(body);
    let count = reader.number()?;
    let mut out = Vec::with_capacity(body.len());
    put_number(&mut out, count);
    for _ in 0..count {
        let (module, field) = (reader.name()?, reader.name()?);
        match renamed.get(module) {
            Some((short, fields)) => {
                put_name(&mut out, short);
                put_name(&mut out, fields.get(field)?);
            }
            None => {
                put_name(&mut out, module);
                put_name(&mut out, field);
            }
        }
        let described = reader.0;
        reader.skip_import_type()?;
        out.extend_from_slice(&described[..described.len() - reader.0.len()]);
    }
    reader.0.is_empty().then_some(out)
}

pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    pub(crate) fn number(&mut self) -> Option<usize> {
        let (value, rest) = number(self.0)?;
        self.0 = rest;
        Some(value)
    }

    pub(crate) fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn name(&mut self) -> Option<&'a [u8]> {
        let size = self.number()?;
        self.take(size)
    }

    /// What kind of thing a core module imports: a function, table, memory, global or tag.
    pub(crate) fn skip_import_type(&mut self) -> Option<()> {
        match self.byte()? {
            0 => {
                self.number()?;
            }
            1 => {
                self.byte()?;
                self.skip_limits()?;
            }
            2 => self.skip_limits()?,
            3 => {
                self.byte()?;
                self.byte()?;
            }
            4 => {
                self.byte()?;
                self.number()?;
            }
            _ => return None,
        }
        Some(())
    }

    fn skip_limits(&mut self) -> Option<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 != 0 {
            self.number()?;
        }
        // Bit 3: the size of a page follows, which nothing here has.
        (flags & 8 == 0).then_some(())
    }
}

pub(crate) fn put_number(out: &mut Vec<u8>, number: usize) {
    let mut left = number;
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

fn put_name(out: &mut Vec<u8>, name: &[u8]) {
    put_number(out, name.len());
    out.extend_from_slice(name);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&[u8]]) -> Vec<u8> {
        let mut out = vec![items.len() as u8];
        items.iter().for_each(|item| out.extend_from_slice(item));
        out
    }

    fn named(name: &str, rest: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_name(&mut out, name.as_bytes());
        out.extend_from_slice(rest);
        out
    }

    /// A module that imports two functions from `a:b/c` and one from `shared`.
    fn module(from: [&str; 3], fields: [&str; 3]) -> Vec<u8> {
        let imports: Vec<Vec<u8>> = (0..3)
            .map(|at| named(from[at], &named(fields[at], &[0, 7])))
            .collect();
        let imports: Vec<&[u8]> = imports.iter().map(|import| &import[..]).collect();
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        section(&mut out, 1, b"types");
        section(&mut out, CORE_IMPORTS, &list(&imports));
        section(&mut out, 10, b"code");
        out
    }

    fn instances(argument: &str, fields: [&str; 2]) -> Vec<u8> {
        let exports: Vec<Vec<u8>> = [(fields[0], (0, 5)), (fields[1], (0, 200))]
            .iter()
            .map(|(name, (kind, index))| {
                let mut rest = vec![*kind];
                put_number(&mut rest, *index);
                named(name, &rest)
            })
            .collect();
        let inline = [&[1][..], &list(&[&exports[0], &exports[1]])].concat();
        let shared = [&[1][..], &list(&[&named("one", &[0, 1])])].concat();
        let first = named(argument, &[0x12, 0]);
        let second = named("shared", &[0x12, 1]);
        let of_module = [&[0, 0][..], &list(&[&first, &second])].concat();
        list(&[&inline, &shared, &of_module])
    }

    /// `shared` is used by name, too.
    fn alias() -> Vec<u8> {
        list(&[&[&[0, 0, 1, 1][..], &named("one", &[])].concat()])
    }

    #[test]
    fn names_that_nobody_else_uses_become_short() {
        let long = ["[method]x.y", "poll"];
        let component = [
            (
                CORE_MODULE,
                module(["a:b/c", "a:b/c", "shared"], [long[1], long[0], "one"]),
            ),
            (CORE_INSTANCE, instances("a:b/c", long)),
            (ALIAS, alias()),
            (7, b"types".to_vec()),
        ];
        let expected = [
            (CORE_MODULE, module(["a", "a", "shared"], ["b", "a", "one"])),
            (CORE_INSTANCE, instances("a", ["a", "b"])),
            (ALIAS, alias()),
            (7, b"types".to_vec()),
        ];
        assert_eq!(shorten(&component).unwrap(), expected);
    }

    #[test]
    fn an_import_that_nothing_is_given_for_is_not_understood() {
        let component = [
            (
                CORE_MODULE,
                module(["a:b/c", "a:b/c", "shared"], ["x", "y", "one"]),
            ),
            (CORE_INSTANCE, instances("a:b/c", ["x", "z"])),
        ];
        assert_eq!(shorten(&component), None);
    }

    #[test]
    fn there_are_enough_short_names() {
        let mut names = Names::new([&b"b"[..], b"aa"].into_iter());
        let mut seen: Vec<Vec<u8>> = (0..5000).map(|_| names.next()).collect();
        assert_eq!(seen[1], b"c");
        assert!(seen.iter().all(|name| name.len() <= 3 && name != b"aa"));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5000);
    }
}
