using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Microsoft.ML.AdaMix.Repository.Architecture;

/// <summary>Folders are the architecture: what their files name points one way.</summary>
[TestClass]
public sealed partial class RoomTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Rooms_do_not_use_each_other_in_a_cycle()
    {
        List<string> cycles = [];
        foreach (SourceProject project in SourceProject.All)
        {
            RoomGraph graph = new(RoomUse.Find(project));
            TestContext.WriteLine($"{project.Name}\n  {string.Join("\n  ", graph.Describe())}");
            Assert.IsGreaterThan(3, graph.Rooms().Count);
            if (graph.Cycle() is { } cycle)
            {
                cycles.Add($"{project.Name}: {cycle}");
            }
        }

        Assert.IsEmpty(cycles, $"rooms in a cycle\n{string.Join('\n', cycles)}");
    }

    [TestMethod]
    public void Every_room_is_described_on_the_page_about_architecture()
    {
        string page = File.ReadAllText(Path.Combine(Reference.Repository, "docs", "architecture.md"));
        foreach (SourceProject project in SourceProject.All)
        {
            IEnumerable<string> rooms = project.Compilation.SyntaxTrees.Select(project.RoomOf).OfType<string>().Distinct();
            foreach (string room in rooms.Where(room => room != "."))
            {
                StringAssert.Contains(page, $"\n- `{room}`: ", StringComparison.Ordinal);
            }
        }
    }

    [TestMethod]
    public void The_runtime_knows_nothing_of_training_or_TorchSharp()
    {
        foreach (AssemblyName used in typeof(AdaMixTransformer).Assembly.GetReferencedAssemblies())
        {
            Assert.IsFalse(used.Name is "Microsoft.ML.AdaMix" or "TorchSharp", used.FullName);
        }

        foreach (SyntaxTree file in SourceProject.All[0].Compilation.SyntaxTrees)
        {
            StringAssert.DoesNotMatch(file.ToString(), TorchSharp(), file.FilePath);
        }
    }

    [TestMethod]
    public void A_cycle_through_types_of_the_root_namespace_is_found_with_the_uses_that_make_it()
    {
        // Nothing is imported, and no name of a room is written anywhere.
        RoomGraph graph = new(RoomUse.Find(Invent(
            ("Upper/Pipeline.cs",
                "namespace Root; class Pipeline { Options Options = new(); internal int Size => Options.Size + Options.Size; }"),
            ("Middle/Options.cs", "namespace Root; class Options { public int Size => this.Grown(); }"),
            ("Lower/Growth.cs",
                "namespace Root; static class Growth { internal static int Grown(this object o) => new Pipeline().Size; }"))));

        Assert.AreEqual(
            """
            Middle -1-> Lower -2-> Upper -4-> Middle
              Middle/Options.cs:1 (Middle) names Growth.Grown (Lower)
              Lower/Growth.cs:1 (Lower) names Pipeline (Upper)
              Lower/Growth.cs:1 (Lower) names Pipeline.Size (Upper)
            """, graph.Cycle());
    }

    [TestMethod]
    public void Rooms_that_point_one_way_have_no_cycle()
    {
        RoomGraph graph = new(RoomUse.Find(Invent(
            ("Program.cs", "namespace Root; internal class Program { void Run() => new Upper.Pipeline(); }"),
            ("Upper/Pipeline.cs",
                "namespace Root.Upper; internal class Pipeline { int Size => Lower.Growth.Factor; /* Program */ }"),
            ("Lower/Growth.cs",
                "namespace Root.Lower; /** <see cref=\"Upper.Pipeline\"/> */ class Growth { public const int Factor = 2; }"))));

        Assert.IsNull(graph.Cycle());
        CollectionAssert.AreEqual(new[] { ". -> Upper 1", "Upper -> Lower 2", "Lower -> nothing" }, graph.Describe().ToArray());
    }

    [GeneratedRegex(@"^using (?:static )?TorchSharp", RegexOptions.Multiline)]
    private static partial Regex TorchSharp();

    private static SourceProject Invent(params (string File, string Text)[] files)
    {
        string folder = Path.GetFullPath("/invented");
        return new SourceProject("Invented", folder, Sources.Compile(
            "Invented", files.Select(file => Sources.Parse(file.Text, Path.GetFullPath(file.File, folder))), Sources.Assemblies));
    }
}
