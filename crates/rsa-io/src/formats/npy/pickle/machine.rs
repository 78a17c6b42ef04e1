//! [`Machine`]: the stack machine that a pickle is a program for.

use std::collections::HashMap;

use rsa_core::{Error, Result};

use super::{
    no_array,
    object::{Id, Name, Object, Objects},
};

/// A pickle in the course of being read. No instruction nests, so that no pickle can exhaust the stack.
pub(super) struct Machine<'a> {
    rest: &'a [u8],
    objects: Objects<'a>,
    stack: Vec<Id>,
    /// Heights of the stack at the marks.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, objects: Objects::default(), stack: Vec::new(), marks: Vec::new(), memo: HashMap::new() }
    }

    /// Follows the instructions to the end; returns all objects and the result.
    pub(super) fn run(mut self) -> Result<(Objects<'a>, Id)> {
        loop {
            let [instruction] = self.take_array()?;
            if instruction == b'.' {
                let result = self.pop()?;
                return Ok((self.objects, result));
            }
            self.follow(instruction)?;
        }
    }

    fn follow(&mut self, instruction: u8) -> Result<()> {
        match instruction {
            // PROTO, FRAME
            0x80 => self.take(1).map(drop),
            0x95 => self.take(8).map(drop),
            b'N' => self.push(Object::None),
            0x88 => self.push(Object::Bool(true)),
            0x89 => self.push(Object::Bool(false)),
            // BININT, BININT1, BININT2, LONG1
            b'J' => self.take_array().and_then(|bytes| self.push(Object::Integer(i32::from_le_bytes(bytes).into()))),
            b'K' => self.take_array().and_then(|[byte]| self.push(Object::Integer(byte.into()))),
            b'M' => self.take_array().and_then(|bytes| self.push(Object::Integer(u16::from_le_bytes(bytes).into()))),
            0x8a => self.long(),
            b'G' => self.take_array().and_then(|bytes| self.push(Object::Float(f64::from_be_bytes(bytes)))),
            // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8
            0x8c => self.take_counted::<1>().and_then(|bytes| self.push_text(bytes)),
            b'X' => self.take_counted::<4>().and_then(|bytes| self.push_text(bytes)),
            0x8d => self.take_counted::<8>().and_then(|bytes| self.push_text(bytes)),
            // SHORT_BINBYTES, BINBYTES, BINBYTES8, and the strings of Python 2: SHORT_BINSTRING, BINSTRING
            b'C' | b'U' => self.take_counted::<1>().and_then(|bytes| self.push(Object::Bytes(bytes))),
            b'B' | b'T' => self.take_counted::<4>().and_then(|bytes| self.push(Object::Bytes(bytes))),
            0x8e => self.take_counted::<8>().and_then(|bytes| self.push(Object::Bytes(bytes))),
            b'(' => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            // EMPTY_LIST, EMPTY_TUPLE, TUPLE, LIST, TUPLE1, TUPLE2, TUPLE3
            b']' | b')' => self.push(Object::Sequence(Vec::new())),
            b't' | b'l' => self.pop_marked().and_then(|items| self.push(Object::Sequence(items))),
            0x85..=0x87 => self.tuple(usize::from(instruction - 0x84)),
            b'a' => self.pop().and_then(|item| self.append(vec![item])),
            b'e' => self.pop_marked().and_then(|items| self.append(items)),
            // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
            b'q' => self.take_number::<1>().and_then(|place| self.remember(place)),
            b'r' => self.take_number::<4>().and_then(|place| self.remember(place)),
            0x94 => self.remember(self.memo.len() as u64),
            b'h' => self.take_number::<1>().and_then(|place| self.recall(place)),
            b'j' => self.take_number::<4>().and_then(|place| self.recall(place)),
            // GLOBAL, STACK_GLOBAL
            b'c' => {
                let (module, name) = (self.take_line()?, self.take_line()?);
                self.push_name(module, name)
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let texts = self.objects.text(module).zip(self.objects.text(name));
                let (module, name) = texts.ok_or_else(damaged)?;
                self.push_name(module, name)
            }
            b'R' => self.reduce(),
            b'b' => self.build(),
            other => Err(no_array(&format!("the instruction {other:#04x} in it belongs to other objects"))),
        }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| damaged())
    }

    /// Reads an unsigned number of `N` bytes.
    fn take_number<const N: usize>(&mut self) -> Result<u64> {
        let bytes = self.take(N)?;
        Ok(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// Reads bytes whose count precedes them in `N` bytes.
    fn take_counted<const N: usize>(&mut self) -> Result<&'a [u8]> {
        let length = self.take_number::<N>()?;
        self.take(usize::try_from(length).map_err(|_| damaged())?)
    }

    fn take_line(&mut self) -> Result<&'a str> {
        let length = self.rest.iter().position(|&byte| byte == b'\n').ok_or_else(damaged)?;
        let line = self.take(length)?;
        self.take(1)?;
        str::from_utf8(line).map_err(|_| damaged())
    }

    fn push(&mut self, object: Object<'a>) -> Result<()> {
        let id = self.objects.add(object);
        self.stack.push(id);
        Ok(())
    }

    fn push_text(&mut self, bytes: &'a [u8]) -> Result<()> {
        let text = str::from_utf8(bytes).map_err(|_| no_array("a text in it is no UTF-8"))?;
        self.push(Object::Text(text))
    }

    fn push_name(&mut self, module: &str, name: &str) -> Result<()> {
        match Name::find(module, name) {
            Some(name) => self.push(Object::Name(name)),
            None => {
                let shown: String = format!("{module}.{name}").escape_debug().take(80).collect();
                Err(no_array(&format!("it holds objects that only Python understands ({shown})")))
            }
        }
    }

    /// Takes the object on top; those below the last mark are out of reach.
    fn pop(&mut self) -> Result<Id> {
        match self.stack.len() > self.marks.last().copied().unwrap_or(0) {
            true => self.stack.pop().ok_or_else(damaged),
            false => Err(damaged()),
        }
    }

    fn top(&self) -> Result<Id> {
        self.stack.last().copied().ok_or_else(damaged)
    }

    fn pop_marked(&mut self) -> Result<Vec<Id>> {
        let start = self.marks.pop().ok_or_else(damaged)?;
        (start <= self.stack.len()).then(|| self.stack.split_off(start)).ok_or_else(damaged)
    }

    fn tuple(&mut self, length: usize) -> Result<()> {
        let mut items = (0..length).map(|_| self.pop()).collect::<Result<Vec<_>>>()?;
        items.reverse();
        self.push(Object::Sequence(items))
    }

    fn append(&mut self, more: Vec<Id>) -> Result<()> {
        let list = self.top()?;
        match self.objects.get_mut(list) {
            Object::Sequence(items) => {
                items.extend(more);
                Ok(())
            }
            _ => Err(damaged()),
        }
    }

    fn long(&mut self) -> Result<()> {
        let bytes = self.take_counted::<1>()?;
        if bytes.len() > 16 {
            return Err(no_array("it holds a number of more than 16 bytes"));
        }
        // Two's complement: the sign is the highest bit that is there.
        let sign = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
        let number = bytes.iter().rev().fold(sign, |number: i128, &byte| number << 8 | i128::from(byte));
        self.push(Object::Integer(number))
    }

    fn remember(&mut self, place: u64) -> Result<()> {
        let top = self.top()?;
        self.memo.insert(place, top);
        Ok(())
    }

    fn recall(&mut self, place: u64) -> Result<()> {
        let id = *self.memo.get(&place).ok_or_else(damaged)?;
        self.stack.push(id);
        Ok(())
    }

    /// Replaces a name and its arguments by what Python's function would return.
    fn reduce(&mut self) -> Result<()> {
        let (arguments, name) = (self.pop()?, self.pop()?);
        let Object::Name(name) = *self.objects.get(name) else { return Err(damaged()) };
        let arguments = self.objects.items(arguments).ok_or_else(damaged)?;
        let object = match (name, arguments) {
            (Name::Reconstruct, &[class, ..]) if matches!(self.objects.get(class), Object::Name(Name::Array)) => {
                Object::Array { state: None }
            }
            (Name::Dtype, &[name, ..]) => {
                Object::Dtype { name: self.objects.text(name).ok_or_else(damaged)?, big_endian: false }
            }
            (Name::StringDtype, _) => Object::Dtype { name: "StringDType", big_endian: false },
            (Name::Scalar, &[dtype, bytes]) => Object::Scalar { dtype, bytes },
            (Name::Encode, &[text, _]) => Object::Latin1(self.objects.text(text).ok_or_else(damaged)?),
            _ => return Err(damaged()),
        };
        self.push(object)
    }

    /// Completes an array or a type by its state.
    fn build(&mut self) -> Result<()> {
        let (state, target) = (self.pop()?, self.top()?);
        let order = self.objects.items(state).and_then(|items| self.objects.text(*items.get(1)?));
        match self.objects.get_mut(target) {
            Object::Array { state: known } => *known = Some(state),
            Object::Dtype { big_endian, .. } => *big_endian = order == Some(">"),
            _ => return Err(damaged()),
        }
        Ok(())
    }
}

fn damaged() -> Error {
    no_array("it is damaged")
}
