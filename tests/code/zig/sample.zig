//! What Zig can do to a parser.
const std = @import("std");
const base = @import("lib/base.zig");
const ArrayList = std.ArrayList;

/// How often.
pub const limit: usize = 16;
var counter: u32 = 0;

/// A shape.
pub const Shape = struct {
    name: []const u8,
    size: u32 = 2,

    const Self = @This();
    pub const sides = 4;

    /// Makes one.
    pub fn init(name: []const u8) Self {
        return .{ .name = name };
    }

    fn hidden(self: *Self, canvas: *Canvas) !void {
        try canvas.line(Point{ .x = 1 });
        const local = transform(canvas);
        visit(local, add);
        counter += 1;
    }
};

const Color = enum { red, green, fn tint(self: Color) u8 { return 1; } };
const Word = union(enum) { a: u32, b: f32 };
const Failure = error{ Broken, Missing };

pub fn List(comptime T: type) type {
    return struct {
        items: []T,
        pub fn push(self: *@This(), x: T) void { _ = x; }
    };
}

fn add(a: i32, b: i32) i32 {
    return a + b;
}

extern fn now() f64;
export fn exported_one() void {}

test "adds" {
    try std.testing.expectEqual(add(1, 2), 3);
}
