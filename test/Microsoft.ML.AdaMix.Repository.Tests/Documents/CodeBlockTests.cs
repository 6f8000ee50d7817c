namespace Microsoft.ML.AdaMix.Repository.Documents;

/// <summary>The C# of README and docs is compiled and run; a block of text behind a program is what it prints.</summary>
/// <remarks>What makes a program of blocks says <see cref="DocumentProgram"/>.</remarks>
[TestClass]
[DoNotParallelize] // programs share console and current folder
public sealed class CodeBlockTests
{
    public TestContext TestContext { get; set; } = null!;

    // Where nobody says so, a training on few rows takes 480 steps.
    private const string Default = ".Trainers.AdaMix())";
    private const string Short = ".Trainers.AdaMix(epochs: 10))";

    private static IEnumerable<object[]> Documents =>
        DocumentProgram.All.Select(program => program.Document.Path).Distinct().Select(path => (object[])[path]);

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void The_programs_of_a_document_compile_without_a_warning_run_one_after_another_and_print_what_is_shown(string document) =>
        AssertRun(new Document(document), program => program.With(Default, Short));

    [TestMethod]
    [TestCategory("Slow")]
    public void The_first_program_of_the_readme_does_so_with_the_default_number_of_epochs() =>
        AssertRun(new Document("README.md"), program => program);

    private void AssertRun(Document found, Func<DocumentProgram, DocumentProgram> changed)
    {
        CodeBlock[] outputs = [.. found.Blocks().Where(block => block.Language == "text")];
        DocumentProgram[] programs = [.. DocumentProgram.All.Where(program => program.Document == found).Select(changed)];
        using DocumentFolder folder = new(found, rows: 60);
        for (int i = 0; i < programs.Length; i++)
        {
            string output = programs[i].Run(folder.Path);
            TestContext.WriteLine($"{programs[i]}\n{output}");
            int end = i + 1 < programs.Length ? programs[i + 1].Blocks[0].Line : int.MaxValue;
            if (Array.Find(outputs, block => block.Line > programs[i].Blocks[0].Line && block.Line < end) is { } shown)
            {
                Assert.AreEqual(shown.Text, output.TrimEnd(), $"{programs[i]} does not print what stands behind it");
            }
        }
    }

    [TestMethod]
    public void A_block_that_shows_a_part_of_a_file_is_in_that_file()
    {
        (Document Document, CodeBlock Block)[] shown =
        [
            .. Document.All.SelectMany(document => document.Blocks().Select(block => (document, block)))
                .Where(part => part.block is { Source: not null, Language: "csharp" }),
        ];
        Assert.IsGreaterThan(5, shown.Length);
        foreach ((Document document, CodeBlock block) in shown)
        {
            string path = Path.Combine(Reference.Repository, block.Source!);
            string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories) : [path];
            Assert.Contains(
                file => Unindented(File.ReadAllText(file)).Contains(Unindented(block.Text), StringComparison.Ordinal), files,
                $"{document.Path}:{block.Line} is not in {block.Source}");
        }
    }

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));
}
