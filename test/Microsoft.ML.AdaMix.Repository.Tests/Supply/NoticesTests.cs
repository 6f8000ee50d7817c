using System.Xml.Linq;
using Microsoft.ML.AdaMix.Notices;

namespace Microsoft.ML.AdaMix.Repository.Supply;

/// <summary>What THIRD-PARTY-NOTICES says of packages, against what a restore finds.</summary>
[TestClass]
public sealed class NoticesTests
{
    // Each asks for no more than that its text and copyright go with copies.
    private static readonly string[] Allowed = ["MIT", "BSD-3-Clause", "Apache-2.0", "MS-PL OR Apache-2.0"];

    private static readonly string Notices = File.ReadAllText(Path.Combine(Reference.Repository, "THIRD-PARTY-NOTICES"));

    [TestMethod]
    public void Every_package_that_comes_with_ours_is_listed_with_its_licence_and_copyright_and_nothing_else_is()
    {
        string expected = PackageList.Replace(Notices, PackageList.Read(Reference.Repository));

        Assert.AreEqual(expected, Notices, "Run 'dotnet run --project build/Notices' in the repository's folder.");
    }

    [TestMethod]
    public void No_package_that_comes_with_ours_has_a_licence_that_asks_for_more_than_its_text()
    {
        RestoredPackage[] packages = [.. PackageList.Read(Reference.Repository).Values.SelectMany(some => some)];

        Assert.IsNotEmpty(packages);
        foreach (RestoredPackage package in packages)
        {
            Assert.Contains(package.Licence, Allowed, package.Name);
        }
    }

    [TestMethod]
    public void Every_package_with_a_version_of_its_own_is_named()
    {
        XDocument versions = XDocument.Load(Path.Combine(Reference.Repository, "Directory.Packages.props"));
        string[] names =
        [
            .. versions.Descendants("PackageVersion").Select(version => (string?)version.Attribute("Include")).OfType<string>(),
        ];

        Assert.IsNotEmpty(names);
        foreach (string name in names.Where(name => !name.StartsWith("libtorch-cpu-", StringComparison.Ordinal)))
        {
            Assert.Contains(name, Notices);
        }
    }
}
