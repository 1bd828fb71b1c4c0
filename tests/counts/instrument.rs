//! Makes a linked program count the bytes it copies: every `memory.copy` adds its length to a
//! counter, and the program's own function `wps_count_copied` returns it.

use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, Function, FunctionSection, GlobalSection, GlobalType, Instruction,
    Module, RawSection, Section, TypeSection, ValType,
};
use wasmparser::{ExternalKind, FunctionBody, Operator, Parser, Payload, TypeRef};

const READER: &str = "wps_count_copied";

const HEADER: usize = 8;
const CORE_MODULE: u8 = 1;

/// The component with its main module rewritten.
pub fn count_copies(component: &[u8]) -> Vec<u8> {
    let mut out = component[..HEADER].to_vec();
    let mut rest = &component[HEADER..];
    let mut rewritten = 0;
    while let Some((&id, after)) = rest.split_first() {
        let (size, start) = leb128(after);
        let (body, next) = after[start..].split_at(size);
        rest = next;
        let module = (id == CORE_MODULE)
            .then(|| Shape::of(body).map(|shape| rewrite(body, shape)))
            .flatten();
        rewritten += usize::from(module.is_some());
        let data = module.as_deref().unwrap_or(body);
        RawSection { id, data }.append_to(&mut out);
    }
    assert_eq!(rewritten, 1, "one module exports {READER}");
    out
}

fn leb128(bytes: &[u8]) -> (usize, usize) {
    let mut value = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            return (value, at + 1);
        }
    }
    panic!("the component is cut short");
}

/// What has to be known of a module before it is written anew.
#[derive(Default)]
struct Shape {
    types: u32,
    globals: u32,
    imported_functions: u32,
    functions: u32,
    reader: Option<u32>,
}

impl Shape {
    /// `None` for a module that is not the program's.
    fn of(module: &[u8]) -> Option<Shape> {
        let mut shape = Shape::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::TypeSection(types) => {
                    for group in types {
                        shape.types += group.unwrap().into_types().count() as u32;
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        match import.unwrap().ty {
                            TypeRef::Func(_) => shape.imported_functions += 1,
                            TypeRef::Global(_) => shape.globals += 1,
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(functions) => shape.functions = functions.count(),
                Payload::GlobalSection(globals) => shape.globals += globals.count(),
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export.unwrap();
                        if export.name == READER && export.kind == ExternalKind::Func {
                            shape.reader = Some(export.index);
                        }
                    }
                }
                _ => {}
            }
        }
        shape.reader.is_some().then_some(shape)
    }

    /// The function that counts: takes the length and gives it back.
    fn counter(&self) -> u32 {
        self.imported_functions + self.functions
    }
}

fn rewrite(module: &[u8], shape: Shape) -> Vec<u8> {
    let mut out = Module::new();
    let mut rewriter = Rewriter { shape, body: 0 };
    rewriter
        .parse_core_module(&mut out, Parser::new(0), module)
        .unwrap();
    out.finish()
}

struct Rewriter {
    shape: Shape,
    /// How many function bodies have been written.
    body: u32,
}

type Outcome = Result<(), Error<Infallible>>;

impl Reencode for Rewriter {
    type Error = Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Outcome {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32], [ValType::I32]);
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Outcome {
        utils::parse_function_section(self, functions, section)?;
        functions.function(self.shape.types);
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Outcome {
        utils::parse_global_section(self, globals, section)?;
        let counter = GlobalType {
            val_type: ValType::I64,
            mutable: true,
            shared: false,
        };
        globals.global(counter, &ConstExpr::i64_const(0));
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Outcome {
        let index = self.shape.imported_functions + self.body;
        self.body += 1;
        if Some(index) == self.shape.reader {
            let mut reader = Function::new([]);
            reader.instruction(&Instruction::GlobalGet(self.shape.globals));
            reader.instruction(&Instruction::End);
            code.function(&reader);
        } else {
            let mut function = self.new_function_with_parsed_locals(&body)?;
            for operator in body.get_operators_reader()? {
                let operator = operator?;
                if matches!(operator, Operator::MemoryCopy { .. }) {
                    function.instruction(&Instruction::Call(self.shape.counter()));
                }
                function.instruction(&self.instruction(operator)?);
            }
            code.function(&function);
        }
        if self.body == self.shape.functions {
            let mut counter = Function::new([]);
            for instruction in [
                Instruction::GlobalGet(self.shape.globals),
                Instruction::LocalGet(0),
                Instruction::I64ExtendI32U,
                Instruction::I64Add,
                Instruction::GlobalSet(self.shape.globals),
                Instruction::LocalGet(0),
                Instruction::End,
            ] {
                counter.instruction(&instruction);
            }
            code.function(&counter);
        }
        Ok(())
    }
}
