//! What Rust can do to a parser.
use std::collections::{HashMap, hash_map::{self, Entry as E}};
use crate::util::*;
use super::base;
extern crate serde as s;

mod tests;

/// How often.
pub const LIMIT: usize = 16;
static mut COUNTER: u32 = 0;

/// A shape
/// with corners.
#[derive(Debug, Clone)]
pub struct Shape<'a, T: Base> {
    pub name: &'a str,
    items: Vec<T>,
}

pub struct Pair(pub i32, Inner);
struct Unit;

pub enum Color {
    Red,
    Rgb { r: u8 },
    Named(String),
}

pub trait Draw: Debug + Base {
    const SIDES: u32;
    type Output;
    fn draw(&self, c: &mut Canvas) -> Result<(), Error>;
    /// Usually.
    fn twice(&self) { self.draw(&mut Canvas::new()).unwrap(); }
}

impl<'a, T: Base> Shape<'a, T> {
    pub fn new(name: &'a str) -> Self {
        Self { name, items: Vec::with_capacity(LIMIT) }
    }

    fn hidden(&self) -> usize { self.items.iter().map(measure).count() }
}

impl<'a, T: Base> Draw for Shape<'a, T> {
    type Output = u32;
    fn draw(&self, c: &mut Canvas) -> Result<(), Error> {
        c.line::<Point>(Point { x: 1, y: 2 })?;
        println!("{}", helper(c));
        Ok(())
    }
}

pub(crate) type Result2<T> = std::result::Result<T, Error>;

macro_rules! twice {
    ($x:expr) => { $x; $x };
}

pub mod inner {
    pub fn area(s: &super::Shape<u32>) -> f64 { 1.0 }
    async unsafe fn quiet() {}
}

union Word { a: u32, b: f32 }

fn main() {
    let shape = Shape::new("x");
    let f = |y: u32| y + shape.hidden() as u32;
    twice!(f(1));
    inner::area(&shape);
}
