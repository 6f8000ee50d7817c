using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Microsoft.ML.AdaMix.ModelFiles;

namespace Microsoft.ML.AdaMix.Hosting;

/// <summary>Guards the use of ML.NET's internals, which a later Microsoft.ML may change without notice.</summary>
[TestClass]
public partial class InternalsTests
{
    private static readonly string[] Publicized = ["Microsoft.ML.Core", "Microsoft.ML.Data"];

    // Saving and loading take a context that is internal; Hosting has all else.
    private static readonly string[] Rooms = ["Hosting", "ModelFiles", "Transformer"];

    [TestMethod]
    public void Every_member_of_ML_NET_that_the_package_was_compiled_against_is_there()
    {
        Module module = typeof(ModelStore).Module;
        using PEReader file = new(File.OpenRead(module.FullyQualifiedName));
        MetadataReader metadata = file.GetMetadataReader();
        List<string> missing = [];
        HashSet<string> internals = new(StringComparer.Ordinal);
        foreach (TypeReferenceHandle handle in metadata.TypeReferences.Where(handle => IsPublicized(metadata, handle)))
        {
            Check(metadata.GetString(metadata.GetTypeReference(handle).Name), () => module.ResolveType(MetadataTokens.GetToken(handle)));
        }

        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference && IsPublicized(metadata, (TypeReferenceHandle)member.Parent))
            {
                string type = metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name);
                Check($"{type}.{metadata.GetString(member.Name)}", () => module.ResolveMember(MetadataTokens.GetToken(handle)));
            }
        }

        Assert.IsEmpty(missing,
            $"This version of Microsoft.ML has no longer what the rooms {string.Join(", ", Rooms)} use: {string.Join("; ", missing)}");
        foreach (string expected in (string[])[
            "LoadableClassAttribute", "ModelLoadContext", "VersionInfo", "CatalogUtils", "ICancelable", "IHostEnvironmentInternal",
            "ITransformCanSaveOnnx"])
        {
            Assert.Contains(expected, internals, "the guard looks past the internals in use");
        }

        void Check(string name, Func<MemberInfo?> resolve)
        {
            try
            {
                if (resolve() is Type { IsVisible: false } type)
                {
                    internals.Add(type.Name);
                }
            }
            catch (Exception error) when (error is TypeLoadException or MissingMemberException or ArgumentException)
            {
                missing.Add($"{name} ({error.Message})");
            }
        }
    }

    [TestMethod]
    public void ML_NET_internals_are_named_only_in_the_rooms_that_host_and_store_models()
    {
        string source = Path.Combine(Reference.Repository, "src");
        string[] outside = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(source, file).Replace('\\', '/'))
            .Where(file => file.Split('/') is not [_, "obj" or "bin", ..])
            .Where(file => file.Split('/') is not ["Microsoft.ML.AdaMix.Runtime", var room, ..] || !Rooms.Contains(
                room, StringComparer.Ordinal))
            .SelectMany(
                file => InternalName().Matches(File.ReadAllText(Path.Combine(source, file))).Select(match => $"{file}: {match.Value}"))];

        Assert.IsEmpty(outside, $"Only {string.Join(", ", Rooms)} may use ML.NET's internals; found {string.Join("; ", outside)}");
    }

    private static bool IsPublicized(MetadataReader metadata, TypeReferenceHandle handle)
    {
        EntityHandle scope = metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.AssemblyReference => Publicized.Contains(
                metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name), StringComparer.Ordinal),
            HandleKind.TypeReference => IsPublicized(metadata, (TypeReferenceHandle)scope),
            _ => false,
        };
    }

    [GeneratedRegex(
        @"\b(LoadableClass(Attribute)?|ModelLoadContext|VersionInfo|CatalogUtils|ICancelable|IHostEnvironmentInternal|IInternalCatalog"
        + @"|SignatureLoadModel|IDataTransform|ITransformCanSaveOnnx|OnnxContext"
        + @"|AnnotationUtils|SchemaShape\.Create)\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InternalName();
}
