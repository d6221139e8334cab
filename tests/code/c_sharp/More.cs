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
