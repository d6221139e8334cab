namespace Example.More;

class Top : System.Base, Alias::Other { }
interface IThing { void Go(); }
struct Small { }
enum Kind { One }
record Child(int A) : Parent(A);

class Calls
{
    void Run(List<Shape> shapes, Item[] items, Thing? maybe, System.Type type)
    {
        foreach (var each in shapes) Visit(each);
        if (o is Shape found) Use(found);
        try { Get(out var result); Use(result); } catch (Error problem) { Log(problem); }
        shapes.Select(x => x).Where((y) => Keep(y));
        (Pick())(1);
        items[0].Go();
        var typed = o as Other;
        maybe?.Go();
    }
}

/// <summary>
/// Primary.
/// </summary>
public sealed class Primary(string name, int size = 1) : Base(name), IDisposable
{
    private protected static readonly Lazy<Primary> one = new(() => new("x"));
    public required string Name { get; init; } = name;
    public event Action<int>? Done { add { done += value; } remove { done -= value; } }
    public static implicit operator string(Primary p) => p.Name;
    public static bool operator ==(Primary a, Primary b) => Same(a, b);
    void IDisposable.Dispose() => Close();
    public async IAsyncEnumerable<T> Each<T>([EnumeratorCancellation] CancellationToken t = default) where T : class, new() { yield return await Next<T>(t); }
    public int this[string key] { get => map[key]; set => map[key] = value; }
    [DllImport("x")] static extern int native(ref int a, out int b, params object[] rest);
    unsafe fixed byte raw[8];
    ~Primary() => Close();
    public (int A, string B) Pair() => (1, "x");
    protected internal virtual void Hook() { void Local<T>() { Deep(); } Local<int>(); }
}
public readonly record struct Point(double X, double Y) { public double Length => Math.Sqrt(X * X); }
public partial interface IShape<in T, out R> { static abstract R Make(T t); R Twice() => Make(default); }
[Flags] internal enum Bits : byte { None = 0, A = 1 << 0, [Obsolete] B }
file static class Ext { public static string Cut(this string s, int n) => s[..n]; }
public delegate TOut Convert<in TIn, out TOut>(TIn x);
#region Rest
class Rest { const string A = "a", B = "b"; int x, y; static Rest() { } }
#endregion
