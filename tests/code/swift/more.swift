func calls(list: [Shape]?, table: [String: Handler]) {
    let local = make(), second = other
    list!.forEach { item in use(item, local) }
    if let found = table["x"], case .some(let inner) = found { found.go(inner) }
    try! risky(second)
    (pick())(local)
    counter = start
    for each in list! { visit(each) }
    let (left, right) = split()
    use(left, right)
}

@available(iOS 13, *)
public final class Model: ObservableObject {
    @Published private(set) public var name: String = "" { didSet { changed(oldValue) } }
    static func == (l: Model, r: Model) -> Bool { l.name == r.name }
    convenience init?(raw: Int) { self.init() }
    required init() {}
    class func make<T>(_ t: T.Type) async throws -> T where T: Decodable { try await load(t) }
    enum Keys: String, CodingKey { case id = "_id", name }
    weak var owner: (any Owner)?
    typealias Done = (Result<Model, Error>) -> Void
}
extension Array where Element: Equatable { mutating func drop(_ e: Element) {} var second: Element? { self[1] } }
extension Model.Keys { static let all = 1 }
indirect enum Tree<T> { case leaf, node(Tree, T, right: Tree) }
@main struct App { static func main() { run() } }
#if os(iOS)
func onlyPhone() {}
#endif
func rethrowing(_ f: () throws -> Void) rethrows { try f() }
private extension Model { func secret() {} }
let closure: (Int) -> Int = { $0 + 1 }
protocol P: AnyObject where Self: Q { static var shared: Self { get set }; init(x: Int); subscript(i: Int) -> Int { get } }
