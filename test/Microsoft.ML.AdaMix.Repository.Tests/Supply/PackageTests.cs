using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML.AdaMix.Notices;

namespace Microsoft.ML.AdaMix.Repository.Supply;

/// <summary>The packages, packed from a restore that the lock files allow.</summary>
[TestClass]
public sealed class PackageTests
{
    private const string Library = "Microsoft.ML.AdaMix";

    private static readonly string Version = XDocument.Load(Path.Combine(Reference.Repository, "Directory.Build.props"))
        .Descendants("Version").Single().Value;

    private static readonly DirectoryInfo Packed = Directory.CreateTempSubdirectory("adamix-packages-");

    [ClassInitialize]
    public static void Pack(TestContext _)
    {
        string solution = Path.Combine(Reference.Repository, "Microsoft.ML.AdaMix.sln");
        Run("dotnet", "pack", "-v", "q", "-c", "Release", "-o", Packed.FullName, solution);
    }

    [ClassCleanup]
    public static void Remove() => Packed.Delete(recursive: true);

    [TestMethod]
    [TestCategory("Slow")]
    public void Four_packages_are_made() => CollectionAssert.AreEquivalent(
        new[] { Library, $"{Library}.RobertaMini", $"{Library}.Runtime", $"{Library}.Tool" },
        Packed.EnumerateFiles().Select(file => file.Name.Replace($".{Version}.nupkg", "", StringComparison.Ordinal)).ToArray());

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow($"{Library}.Runtime", "lib/net10.0/Microsoft.ML.AdaMix.Runtime.xml")]
    [DataRow(Library, "lib/net10.0/Microsoft.ML.AdaMix.xml")]
    [DataRow($"{Library}.RobertaMini", "content/roberta-mini/LICENSE content/roberta-mini/README.md")]
    public void A_library_s_package_has_its_assembly_and_papers_and_nothing_else(string name, string own)
    {
        string[] expected =
        [
            "README.md", "THIRD-PARTY-NOTICES", "bom.json", $"{name}.nuspec", $"lib/net10.0/{name}.dll", .. own.Split(' '),
            .. name.EndsWith("RobertaMini", StringComparison.Ordinal) ? Array.Empty<string>() : ["LICENSE"],
        ];

        CollectionAssert.AreEquivalent(expected, Entries(name));
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(Library, true)]
    [DataRow($"{Library}.Runtime", true)]
    [DataRow($"{Library}.RobertaMini", true)]
    [DataRow($"{Library}.Tool", false)]
    public void A_package_depends_on_what_its_project_references_and_names_its_licence(string name, bool isLibrary)
    {
        XElement[] described = [.. XDocument.Load(new MemoryStream(Read(name, $"{name}.nuspec"))).Descendants()];
        XElement project = XDocument.Load(Path.Combine(Reference.Repository, "src", name, $"{name}.csproj")).Root!;
        IEnumerable<string> packages = project.Descendants("PackageReference")
            .Where(reference => (string?)reference.Attribute("PrivateAssets") != "all")
            .Select(reference => (string)reference.Attribute("Include")!);
        IEnumerable<string> projects = project.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

        string[] dependencies =
        [
            .. described.Where(element => element.Name.LocalName == "dependency").Select(element => (string)element.Attribute("id")!),
        ];
        CollectionAssert.IsSubsetOf(isLibrary ? packages.Concat(projects).ToArray() : [], dependencies);
        string licence = described.Single(element => element.Name.LocalName == "license").Value;
        Assert.AreEqual(name.EndsWith("RobertaMini", StringComparison.Ordinal) ? "Apache-2.0" : "MIT", licence);
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(Library)]
    [DataRow($"{Library}.Runtime")]
    [DataRow($"{Library}.Tool")]
    public void A_bill_of_materials_names_every_package_that_comes_along_with_hash_and_licence(string name)
    {
        using JsonDocument bill = JsonDocument.Parse(Read(name, "bom.json"));
        JsonElement[] components = [.. bill.RootElement.GetProperty("components").EnumerateArray()
            .Where(component => component.GetProperty("scope").GetString() == "required"
                && !component.GetProperty("name").GetString()!.StartsWith(Library, StringComparison.Ordinal))];

        CollectionAssert.AreEquivalent(
            RestoredPackage.Of(Path.Combine(Reference.Repository, "src", name)).Select(package => package.Name).ToArray(),
            components.Select(component => RestoredPackage.WithoutPlatform(component.GetProperty("name").GetString()!)).ToArray());
        foreach (JsonElement component in components)
        {
            Assert.AreNotEqual(0, component.GetProperty("licenses").GetArrayLength(), $"{component}");
            Assert.AreEqual("SHA-512", component.GetProperty("hashes")[0].GetProperty("alg").GetString(), $"{component}");
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(Library, "MIT")]
    [DataRow($"{Library}.Runtime", "MIT")]
    [DataRow($"{Library}.RobertaMini", "Apache-2.0")]
    [DataRow($"{Library}.Tool", "MIT")]
    public void A_bill_of_materials_names_its_own_package_version_and_licence(string name, string licence)
    {
        using JsonDocument bill = JsonDocument.Parse(Read(name, "bom.json"));
        JsonElement own = bill.RootElement.GetProperty("metadata").GetProperty("component");

        Assert.AreEqual((name, Version), (own.GetProperty("name").GetString(), own.GetProperty("version").GetString()));
        Assert.AreEqual(licence, own.GetProperty("licenses")[0].GetProperty("license").GetProperty("id").GetString());
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void The_tool_s_package_has_files_of_the_listed_packages_with_their_licences_and_nothing_else()
    {
        const string Tools = "tools/net10.0/";
        string name = $"{Library}.Tool";
        string[] entries = Entries(name);
        string deps = entries.Single(entry => entry.EndsWith("/adamix.deps.json", StringComparison.Ordinal));
        using JsonDocument host = JsonDocument.Parse(Read(name, deps));
        HashSet<string> known = [.. host.RootElement.GetProperty("targets").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .SelectMany(library => library.Value.EnumerateObject().Where(member => member.Name is "runtime" or "native"))
            .SelectMany(files => files.Value.EnumerateObject())
            .Select(file => Path.GetFileName(file.Name))];
        known.UnionWith(["adamix", "adamix.exe", "adamix.deps.json", "adamix.runtimeconfig.json", "DotnetToolSettings.xml"]);
        known.UnionWith(new[] { "adamix", Library, $"{Library}.Runtime", $"{Library}.RobertaMini" }.Select(ours => $"{ours}.pdb"));

        string[] files =
        [
            .. entries.Where(entry => entry.StartsWith(Tools, StringComparison.Ordinal)).Select(entry => Path.GetFileName(entry)!),
        ];
        CollectionAssert.IsSubsetOf(files, known.ToArray());
        CollectionAssert.AreEquivalent(
            new[] { "README.md", "LICENSE", "THIRD-PARTY-NOTICES", "bom.json", $"{name}.nuspec" },
            entries.Where(entry => !entry.StartsWith(Tools, StringComparison.Ordinal)
                && !entry.StartsWith("licences/", StringComparison.Ordinal)).ToArray());
        foreach (string text in new[] { "MIT.txt", "BSD-3-Clause.txt", "Apache-2.0.txt", "GPL-3.0.txt", "GCC-exception-3.1.txt" })
        {
            Assert.Contains($"licences/{text}", entries);
        }

        Assert.IsTrue(entries.Any(entry => entry.EndsWith("/LICENSE-LIBTORCH.txt", StringComparison.Ordinal)));
        Assert.IsFalse(files.Any(
            file => file.Contains("python", StringComparison.Ordinal) || file.Contains("_test", StringComparison.Ordinal)));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void The_tool_installed_from_its_package_trains_and_predicts()
    {
        using TemporaryFolder folder = new();
        string rows = folder.At("rows.csv");
        File.WriteAllLines(
            rows, ["text,label", .. Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? $"a good day {i},yes" : $"a bad film {i},no")]);
        string tool = folder.At("tool");
        string model = folder.At("model.zip");
        Run("dotnet", "tool", "install", "--tool-path", tool, "--source", Packed.FullName, $"{Library}.Tool");
        string adamix = Path.Combine(tool, OperatingSystem.IsWindows() ? "adamix.exe" : "adamix");

        Run(adamix, "train", "--train", rows, "--epochs", "1", "--save", model);
        string predicted = Run(adamix, "predict", "--model", model, "--data", rows);

        Assert.HasCount(9, predicted.Split('\n', StringSplitOptions.RemoveEmptyEntries), predicted);
    }

    // The container's own entries aside.
    private static string[] Entries(string name)
    {
        using ZipArchive archive = Open(name);
        return [.. archive.Entries.Select(entry => entry.FullName)
            .Where(entry => entry is not "[Content_Types].xml" && !entry.StartsWith("_rels/", StringComparison.Ordinal)
                && !entry.StartsWith("package/", StringComparison.Ordinal))];
    }

    private static byte[] Read(string name, string entry)
    {
        using ZipArchive archive = Open(name);
        using Stream content = archive.GetEntry(entry)!.Open();
        using MemoryStream bytes = new();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static ZipArchive Open(string name) => ZipFile.OpenRead(Path.Combine(Packed.FullName, $"{name}.{Version}.nupkg"));

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{program} {string.Join(' ', arguments)}\n{said}\n{error.Result}");
        return said;
    }
}
