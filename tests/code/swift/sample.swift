// What Swift can do to a parser.
import Foundation
@testable import struct Shapes.Base

/// How often.
public let limit = 16
private var counter: Int = 0

/// A shape.
/// With corners.
@objc public class Shape<T: Base>: Parent<T>, Drawable {
    public static let shared = Shape(name: "x")
    private(set) var items: [T] = []
    lazy var area: Double = { measure(self.name) }()
    var size: Int {
        get { return items.count }
        set { resize(newValue) }
    }

    public init(name: String) {
        super.init()
        register(self)
    }

    deinit { cleanup() }

    /** Draws it. */
    public override func draw(_ canvas: Canvas, at point: Point) throws -> Bool {
        canvas.line(from: point, to: Point(x: 1))
        let local = transform(canvas)
        items.map { scale($0) }.forEach(visit)
        guard let x = local.first else { return false }
        return try x.check(limit)
    }

    fileprivate func hidden() {}
    subscript(index: Int) -> T { items[index] }

    struct Inner { var value: Int }
}

public struct Pair<A, B> {
    let left: A
    var right: B
    mutating func swap() {}
}

enum Color: String, CaseIterable {
    case red, green = "g"
    indirect case mixed(Color, Color)
    func tint() -> Color { .red }
}

public protocol Drawable: AnyObject {
    associatedtype Output
    var name: String { get }
    func draw(_ canvas: Canvas, at point: Point) throws -> Bool
}

extension Shape: Saved where T: Codable {
    func save() { Store.shared.put(self) }
}

typealias Handler = (Int) -> String

actor Counter { func up() async { counter += 1 } }

func add(_ a: Int, _ b: Int) -> Int { a + b }
