using System.Globalization;
using Microsoft.ML.AdaMix.Testing;

namespace Microsoft.ML.AdaMix.Repository.Documents;

/// <summary>The C# of README and docs is compiled and run. What makes a program of blocks says <see cref="DocumentProgram"/>.</summary>
[TestClass]
[DoNotParallelize] // programs share console and current folder
public sealed class CodeBlockTests
{
    public TestContext TestContext { get; set; } = null!;

    private static IEnumerable<object[]> Documents =>
        DocumentProgram.All.Select(program => program.Document.Path).Distinct().Select(path => (object[])[path]);

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void The_programs_of_a_document_compile_without_a_warning_and_run_one_after_another(string document)
    {
        DocumentProgram[] programs = [.. DocumentProgram.All.Where(program => program.Document.Path == document)];
        using DocumentFolder folder = new(programs[0].Document, rows: 60);
        foreach (DocumentProgram program in programs)
        {
            TestContext.WriteLine($"{program}\n{program.Run(folder.Path)}");
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void The_programs_of_README_print_what_README_shows_behind_them()
    {
        Document readme = new("README.md");
        CodeBlock[] outputs = [.. readme.Blocks().Where(block => block.Language == "text")];
        DocumentProgram[] programs = [.. DocumentProgram.All.Where(program => program.Document == readme)];
        using DocumentFolder folder = new(readme, rows: null);
        int compared = 0;
        foreach (DocumentProgram program in programs)
        {
            int next = programs.SkipWhile(other => other != program).Skip(1).FirstOrDefault()?.Blocks[0].Line ?? int.MaxValue;
            string found = program.Run(folder.Path);
            TestContext.WriteLine($"{program}\n{found}");
            if (outputs.FirstOrDefault(output => output.Line > program.Blocks[^1].Line && output.Line < next) is { } shown)
            {
                AssertSame(shown.Text, found, program.ToString());
                compared++;
            }
        }

        Assert.AreEqual(outputs.Length, compared);
    }

    [TestMethod]
    public void A_block_that_shows_a_part_of_a_file_is_in_that_file()
    {
        foreach (Document document in Document.All)
        {
            foreach (CodeBlock block in document.Blocks().Where(block => block is { Source: not null, Language: "csharp" }))
            {
                string path = Path.Combine(Reference.Repository, block.Source!);
                string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories) : [path];
                Assert.Contains(
                    file => Unindented(File.ReadAllText(file)).Contains(Unindented(block.Text), StringComparison.Ordinal), files,
                    $"{document.Path}:{block.Line} is not in {block.Source}");
            }
        }
    }

    // Numbers may differ a little: sums are formed in another order on another machine.
    private static void AssertSame(string expected, string found, string program)
    {
        string[] wanted = expected.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        string[] words = found.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(wanted.Length, words, $"{program} printed {found}");
        foreach ((string want, string word) in wanted.Zip(words))
        {
            if (double.TryParse(want, CultureInfo.InvariantCulture, out double number))
            {
                Assert.AreEqual(number, double.Parse(word, CultureInfo.InvariantCulture), 0.03, $"{program} printed {found}");
            }
            else
            {
                Assert.AreEqual(want, word, $"{program} printed {found}");
            }
        }
    }

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));
}
