//! What a signal handler's parameters are, for programs that handle signals.
//!
//! WebAssembly checks a function's type at each call by pointer and traps where it is another one, while
//! C programs install handlers of several. A program cannot ask for the type (it could with
//! WebAssembly's GC, which not every host has); but once it is linked, all that a pointer can point to
//! is known. So the answer is written into the program here: the archive has a function in its place
//! (`compat/glue/handler_shape.c`), which says that nothing is known, and calls this one from now on.

use crate::shorten::{Reader, put_number};
use crate::strip::{CORE_MODULE, HEADER, number, section};

/// Sections of a core module.
const TYPES: u8 = 1;
const IMPORTS: u8 = 2;
const FUNCTIONS: u8 = 3;
const ELEMENTS: u8 = 9;
const CODE: u8 = 10;

/// The number that the function in place compares with: no pointer is as large.
const MAGIC: i32 = 0x7e57_5a9e;
/// What is told of a function that is no handler.
const NONE: usize = 9;

/// The body of the function in place: no locals, `local.get 0`, `i32.const MAGIC`, `i32.eq`, `end`.
fn in_place() -> Vec<u8> {
    let mut body = vec![0x00, 0x20, 0x00, 0x41];
    put_signed(&mut body, MAGIC);
    body.extend([0x46, 0x0b]);
    body
}

/// As long as that, for what debuggers know of the places of the others: a call of `function`.
fn call(function: usize) -> Option<Vec<u8>> {
    let mut body = vec![0x00, 0x20, 0x00, 0x10];
    for at in 0..5 {
        let more = if at < 4 { 0x80 } else { 0 };
        body.push((function >> (7 * at)) as u8 & 0x7f | more);
    }
    body.extend([0x01, 0x0b]);
    (body.len() == in_place().len()).then_some(body)
}

/// `component` with the answer in those of its modules that ask; `None` if there is none.
pub fn told(component: &[u8]) -> Option<Vec<u8>> {
    let asks = |bytes: &[u8]| {
        let wanted = in_place();
        bytes.windows(wanted.len()).any(|part| part == wanted)
    };
    let (head, mut rest) = component.split_at_checked(HEADER)?;
    if !head.starts_with(b"\0asm") || !asks(rest) {
        return None;
    }
    let (mut out, mut changed) = (head.to_vec(), false);
    while let Some((&id, after)) = rest.split_first() {
        let (size, body) = number(after)?;
        let (body, next) = body.split_at_checked(size)?;
        rest = next;
        let new = (id == CORE_MODULE && asks(body)).then(|| in_module(body));
        match new.flatten() {
            Some(module) => {
                section(&mut out, id, &module);
                changed = true;
            }
            None => section(&mut out, id, body),
        }
    }
    changed.then_some(out)
}

/// What a core module says of its functions.
#[derive(Default)]
struct Functions {
    /// The shape of each type.
    types: Vec<usize>,
    imported: usize,
    /// The type of each function that is not imported.
    own: Vec<usize>,
    /// Places of the table, and the functions there.
    table: Vec<(usize, usize)>,
}

impl Functions {
    fn shape(&self, function: usize) -> Option<usize> {
        // An imported one is called like any other, but no program has one for a handler.
        let Some(own) = function.checked_sub(self.imported) else {
            return Some(NONE);
        };
        self.types.get(*self.own.get(own)?).copied()
    }
}

fn in_module(module: &[u8]) -> Option<Vec<u8>> {
    let (head, mut rest) = module.split_at_checked(HEADER)?;
    let mut sections = Vec::new();
    while let Some((&id, after)) = rest.split_first() {
        let (size, body) = number(after)?;
        let (body, next) = body.split_at_checked(size)?;
        sections.push((id, body));
        rest = next;
    }
    let mut functions = Functions::default();
    for (id, body) in &sections {
        let mut reader = Reader(body);
        match *id {
            TYPES => functions.types = read_types(&mut reader)?,
            IMPORTS => functions.imported = read_imports(&mut reader)?,
            FUNCTIONS => {
                let count = reader.number()?;
                functions.own = (0..count).map(|_| reader.number()).collect::<Option<_>>()?;
            }
            ELEMENTS => functions.table = read_elements(&mut reader)?,
            _ => {}
        }
    }
    let shapes = functions.table.iter();
    let shapes: Vec<(usize, usize)> = shapes
        .map(|(place, function)| Some((*place, functions.shape(*function)?)))
        .collect::<Option<_>>()?;
    // Where calls have been made to fit all functions, these no longer have the types of their own.
    shapes.iter().find(|(_, shape)| *shape != NONE)?;

    let mut out = head.to_vec();
    let code = sections.iter().find(|(id, _)| *id == CODE)?.1;
    let (code, asking) = with_answer(code, &functions, &shapes)?;
    for (id, body) in sections {
        match id {
            FUNCTIONS => {
                let mut own = functions.own.clone();
                own.push(*functions.own.get(asking)?);
                let mut body = Vec::new();
                put_number(&mut body, own.len());
                own.iter().for_each(|ty| put_number(&mut body, *ty));
                section(&mut out, id, &body);
            }
            CODE => section(&mut out, id, &code),
            _ => section(&mut out, id, body),
        }
    }
    Some(out)
}

/// The shape of a function with so many parameters and results, all of them `i32`: what
/// `compat/glue/call_handler.c` numbers in the same way.
fn shape(parameters: &[u8], results: &[u8]) -> usize {
    const I32: u8 = 0x7f;
    let numbers = parameters.iter().chain(results).all(|ty| *ty == I32);
    if numbers && parameters.len() <= 3 && results.len() <= 1 {
        1 + 2 * parameters.len() + results.len()
    } else {
        NONE
    }
}

fn read_types(reader: &mut Reader) -> Option<Vec<usize>> {
    const FUNCTION: u8 = 0x60;
    let count = reader.number()?;
    let mut types = Vec::new();
    for _ in 0..count {
        // Another form: a module of a kind that no C compiler makes.
        (reader.byte()? == FUNCTION).then_some(())?;
        let parameters = reader.number()?;
        let parameters = reader.take(parameters)?;
        let results = reader.number()?;
        types.push(shape(parameters, reader.take(results)?));
    }
    Some(types)
}

/// How many functions are imported.
fn read_imports(reader: &mut Reader) -> Option<usize> {
    const FUNCTION: u8 = 0;
    let mut functions = 0;
    for _ in 0..reader.number()? {
        reader.name()?;
        reader.name()?;
        functions += usize::from(reader.0.first() == Some(&FUNCTION));
        reader.skip_import_type()?;
    }
    Some(functions)
}

/// The table, as far as it is filled with functions from a place that is known.
fn read_elements(reader: &mut Reader) -> Option<Vec<(usize, usize)>> {
    const I32_CONST: u8 = 0x41;
    const END: u8 = 0x0b;
    let mut table = Vec::new();
    for _ in 0..reader.number()? {
        // The form that the linker writes: for the first table, from a constant place on.
        (reader.number()? == 0 && reader.byte()? == I32_CONST).then_some(())?;
        let start = reader.number()?;
        (reader.byte()? == END).then_some(())?;
        let count = reader.number()?;
        for place in start..start.checked_add(count)? {
            table.push((place, reader.number()?));
        }
    }
    Some(table)
}

/// The code with a function behind it that tells shapes, which the one in place calls; and that one's
/// number among the module's own.
fn with_answer(
    code: &[u8],
    functions: &Functions,
    shapes: &[(usize, usize)],
) -> Option<(Vec<u8>, usize)> {
    let mut reader = Reader(code);
    let count = reader.number()?;
    let mut out = Vec::with_capacity(code.len() + shapes.len() + 100);
    put_number(&mut out, count + 1);
    let mut asking = None;
    for own in 0..count {
        let size = reader.number()?;
        let body = reader.take(size)?;
        put_number(&mut out, size);
        if body == in_place() {
            asking = Some(own);
            out.extend(call(functions.imported + count)?);
        } else {
            out.extend_from_slice(body);
        }
    }
    let answer = answer(shapes);
    put_number(&mut out, answer.len());
    out.extend(answer);
    Some((out, asking?))
}

/// A function's body: the shape of the function at the place of the table that it is given.
fn answer(shapes: &[(usize, usize)]) -> Vec<u8> {
    let first = shapes.iter().map(|(place, _)| *place).min().unwrap_or(0);
    let end = shapes.iter().map(|(place, _)| place + 1).max().unwrap_or(0);
    let mut all = vec![NONE; end - first];
    for (place, shape) in shapes {
        all[place - first] = *shape;
    }
    // A block for each shape; the table of the branch leads to the end of one of them.
    let mut body = vec![0x00];
    body.extend([0x02, 0x40].repeat(NONE));
    body.extend([0x20, 0x00, 0x41]);
    put_signed(&mut body, first as i32);
    body.extend([0x6b, 0x0e]);
    put_number(&mut body, all.len());
    body.extend(all.iter().map(|shape| *shape as u8 - 1));
    body.push(NONE as u8 - 1);
    for shape in 1..=NONE as u8 {
        body.extend([0x0b, 0x41, shape, 0x0f]);
    }
    body.push(0x0b);
    body
}

/// A signed LEB128 number.
fn put_signed(out: &mut Vec<u8>, number: i32) {
    let mut left = number;
    loop {
        let byte = left as u8 & 0x7f;
        left >>= 7;
        if left == 0 && byte & 0x40 == 0 || left == -1 && byte & 0x40 != 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One import, two functions in the table from place 5 on, and the function in place.
    fn module(types: &[u8], functions: &[u8], bodies: &[&[u8]]) -> Vec<u8> {
        let mut code = vec![bodies.len() as u8];
        for body in bodies {
            code.push(body.len() as u8);
            code.extend_from_slice(body);
        }
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        section(&mut out, TYPES, types);
        section(&mut out, IMPORTS, b"\x01\x01a\x01b\x00\x00");
        section(&mut out, FUNCTIONS, functions);
        section(&mut out, ELEMENTS, &[1, 0, 0x41, 5, 0x0b, 2, 1, 2]);
        section(&mut out, CODE, &code);
        out
    }

    fn component(module: &[u8]) -> Vec<u8> {
        let mut out = b"\0asm\x0d\0\x01\0".to_vec();
        section(&mut out, CORE_MODULE, module);
        section(&mut out, 7, b"types");
        out
    }

    /// (i32)->(), ()->(), (i32)->i32, and one with i64, which no handler has.
    const USUAL: &[u8] = &[
        4, 0x60, 1, 0x7f, 0, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 1, 0x7e, 0,
    ];
    const EMPTY: &[u8] = &[0, 0x0b];

    #[test]
    fn the_function_in_place_calls_one_that_knows() {
        let before = module(USUAL, &[3, 0, 1, 2], &[EMPTY, EMPTY, &in_place()]);
        let answer = answer(&[(5, 3), (6, 1)]);
        let called = call(4).unwrap();
        let after = module(USUAL, &[4, 0, 1, 2, 2], &[EMPTY, EMPTY, &called, &answer]);
        assert_eq!(told(&component(&before)), Some(component(&after)));
        assert_eq!(called.len(), in_place().len());
    }

    #[test]
    fn what_does_not_ask_or_is_not_understood_stays_as_it_is() {
        let silent = module(USUAL, &[2, 0, 1], &[EMPTY, EMPTY]);
        assert_eq!(told(&component(&silent)), None);
        assert_eq!(told(b"#!/bin/sh\n"), None);
        // All of the table has one type that is nobody's own.
        let casts = module(USUAL, &[3, 3, 3, 2], &[EMPTY, EMPTY, &in_place()]);
        assert_eq!(told(&component(&casts)), None);
        let newer = module(&[1, 0x50, 0], &[3, 0, 0, 0], &[EMPTY, EMPTY, &in_place()]);
        assert_eq!(told(&component(&newer)), None);
    }

    #[test]
    fn shapes_are_those_of_the_types_that_handlers_have() {
        let i = 0x7f;
        assert_eq!(shape(&[], &[]), 1);
        assert_eq!(shape(&[], &[i]), 2);
        assert_eq!(shape(&[i], &[]), 3);
        assert_eq!(shape(&[i, i, i], &[i]), 8);
        assert_eq!(shape(&[i, i, i, i], &[]), NONE);
        assert_eq!(shape(&[i, 0x7e], &[]), NONE);
    }
}
