// More of Rust.
fn calls(&self, (left, right): (A1, B1), list: &[fn(u32)]) -> Vec<&'static Shape> {
    for item in list.iter() {
        item(left);
        (*item)(right);
    }
    list[0](1);
    let pair @ (first, ref second) = split();
    if let Some(found) = search(first) {
        found.go(second, pair);
    }
    match left {
        Kind::One(inner) => inner.run(),
        Point { x, y: renamed } => draw(x, renamed),
        other => other.stop(),
    }
    let f = |closed, mut again| use_both(closed, again);
    run(async { wait().await? });
    (make()?)(f);
    collect::<Vec<Thing>>(helper);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_works() { assert_eq!(calls(1), helper!(2)); }
    #[tokio::test]
    async fn later() {}
}

pub(in crate::a) const fn in_path() -> u8 { 1 }
pub(super) static NAMES: &[&str] = &["a"];
pub unsafe extern "C" fn raw(p: *const u8) -> ! { loop { *p; } }
extern "C" {
    fn puts(s: *const c_char) -> c_int;
    static environ: *const u8;
}
impl<T> From<Vec<T>> for List<T> where T: Clone {
    const MAX: usize = 3;
    fn from(v: Vec<T>) -> Self { Self::build(v) }
}
impl fmt::Display for a::b::Shape { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}", self.name()) } }
impl dyn Draw { pub fn boxed(self: Box<Self>) {} }
impl Trait for &mut [u8] { fn on_slice(&self) {} }
impl<F> Trait for F where F: Fn(u32) -> u32 {}
pub trait Assoc<const N: usize>: Send + 'static { type Item<'a>: Iterator where Self: 'a; fn each(self) -> impl Iterator<Item = u8>; }
pub struct Gen<const N: usize, T = u8>([T; N]) where T: Copy;
#[repr(u8)]
#[derive(Debug)]
/// After attributes.
pub enum Repr { A = 1, #[default] B, C(Box<dyn Fn(u8)>), D { x: u8, y: Vec<u8> } }
type Callback = Box<dyn Fn(&str) -> Result<(), E> + Send>;
const _: () = assert!(true);
pub use self::tests::it_works as works;
pub use inner::{self as renamed, area};
use a::b as _;
macro_rules! make { ($n:ident) => { fn $n() {} }; }
make!(generated);
thread_local! { static LOCAL: u8 = 1; }
async fn awaits() { fetch().await?.json::<T>().await; let c = async move |x| go(x); }
fn outer_fn() { fn nested_fn() { struct Local { f: u8 } } nested_fn(); }
#[no_mangle] pub fn same_line() {}
//! inner doc
/** Block doc. */
fn block_doc<'a: 'b, 'b>(x: &'a dyn Draw) {}
// Not a doc: a line between.

fn undocumented() { r#type(); <Vec<u8> as IntoIterator>::into_iter(v); u8::max(1, 2); }
fn r#match() {}
