fn calls(list: []const Shape, maybe: ?*Shape) !Failure!void {
    for (list) |item| visit(item);
    if (maybe) |found| found.go();
    var changing: u32 = 0;
    use(changing);
    (try pick())(1);
    make()(2);
}

/// Documented.
pub fn Generic(comptime T: type, comptime n: usize) type {
    return struct {
        const Self = @This();
        items: [n]T = undefined,
        pub fn init() Self { return Self{}; }
        fn hidden(self: *Self) !void { try self.go(); }
    };
}
const Tagged = union(enum) { int: i32, none, float: f64, pub fn is(self: Tagged) bool { return check(self); } };
pub const Err = error{ OutOfRange, Bad };
const Packed = packed struct(u8) { a: u4, b: u4 };
const Op = enum(u8) { add = 1, _, pub const first = Op.add; };
pub extern "c" fn puts(s: [*:0]const u8) c_int;
export fn exported(a: i32) callconv(.C) i32 { return a; }
inline fn inlined() void {}
pub threadlocal var tls: u32 = 0;
const alias = std.mem.Allocator;
test "names a thing" { try std.testing.expect(exported(1) == 1); }
test Generic { _ = Generic(u8, 1).init(); }
test { std.testing.refAllDecls(@This()); }
comptime { _ = inlined(); }
const opaque_t = opaque {};
fn errdefers() Err!void { errdefer cleanup(); defer tls = 1; switch (x) { .add => |v| use(v), else => {} } for (items, 0..) |it, i| visit(it, i); }
