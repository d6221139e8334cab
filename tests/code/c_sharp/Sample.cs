// What C# can do to a parser.
using System;
using System.Collections.Generic;
using static System.Math;
using Alias = System.Text.StringBuilder;

namespace Example.Shapes
{
    /// <summary>A shape.</summary>
    [Serializable]
    public abstract partial class Shape<T> : Parent<T>, IDrawable where T : Base
    {
        public const int Limit = 16;
        private int a, b = 2;
        protected readonly List<T> items = new List<T>();
        public event EventHandler Changed;

        static Shape() { Register(typeof(Shape<T>)); }

        public Shape(string name) : base(name)
        {
            this.a = Max(1, 2);
        }

        ~Shape() { }

        /// <summary>Draws it.</summary>
        public override bool Draw(Canvas canvas, Func<T, bool> f)
        {
            canvas.Line(new Point(1, 2));
            var local = Transform(canvas);
            items.Where(x => f(x)).Select(Scale).ToList();
            return local?.Run() ?? nameof(Draw) == "x";
        }

        public string Name { get; set; } = "x";
        public int Size => items.Count;
        public T this[int i] => items[i];
        public static Shape<T> operator +(Shape<T> l, Shape<T> r) => l;
        static int Scale(T x) => 1;
        internal abstract void Later();

        private class Inner { int value; }
        public delegate void Handler(object sender);
        public enum Color { Red, Green = 2 }
    }

    public interface IDrawable : IBase
    {
        int Sides { get; }
        bool Draw(Canvas canvas, Func<int, bool> f);
    }

    public struct Pair { public int Left; }
    public record Person(string First, string Last);

    static class Extensions
    {
        public static int Twice(this int x)
        {
            int Inner(int y) { return y * 2; }
            return Inner(x);
        }
    }
}
