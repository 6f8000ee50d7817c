using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Exchange.AdapterHub;
using Microsoft.ML.AdaMix.Exchange.Peft;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Adapter folders of other libraries: whole models out of them, and into them.</summary>
internal static class AdapterFolder
{
    /// <summary>
    /// Beside what the other libraries read: what they have no place for, as delta files say it. Only folders that were exported here have
    /// it.
    /// </summary>
    public const string ManifestFile = "adamix.json";

    private const int MostFolders = 3;

    private static readonly string[] Written =
    [
        PeftFolder.ConfigFile, PeftFolder.WeightsFile, HubFolder.WeightsFile, HubFolder.HeadConfigFile, HubFolder.HeadWeightsFile,
        ManifestFile,
    ];

    /// <summary>The paths that are read of a folder, whether they are there or not.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Written.Concat([PeftFolder.PickleFile, HubFolder.PickleFile, HubFolder.HeadPickleFile]).Select(name => Path.Combine(folder, name));

    /// <summary>The library that wrote a folder; null if it is none of an adapter.</summary>
    public static AdapterFormat? FormatOf(string folder, SteadyFiles files)
    {
        string path = Path.Combine(folder, PeftFolder.ConfigFile);
        return !RegularFile.IsThere(path) ? null
            : ForeignConfig.Read(path, files).Members.Contains("peft_type", StringComparer.Ordinal) ? AdapterFormat.Peft
            : AdapterFormat.AdapterHub;
    }

    /// <summary>Reads a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not there.</exception>
    /// <exception cref="FileNotFoundException">A file of it is not there.</exception>
    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    public static ServedModel Read(string folder, PretrainedEncoder? encoder, AdapterImportOptions options, Action<string> warn)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"The adapter's folder '{folder}' does not exist"
                + $"{(File.Exists(folder) ? ": it is a file. Name the folder that it is in" : string.Empty)}.");
        }

        SteadyFiles files = new();
        return files.ReadTogether(() =>
        {
            AdapterFormat format = FormatOf(folder, files) ?? throw new FileNotFoundException(
                $"The folder '{folder}' has no {PeftFolder.ConfigFile}, which the adapters of peft and of AdapterHub's adapters have"
                + $"{(HasModel(folder) ? ": it is a whole model. Give it as an encoder" : WithinOf(folder))}.");
            ForeignConfig config = ForeignConfig.Read(Path.Combine(folder, PeftFolder.ConfigFile), files);
            ModelManifest? manifest = ReadManifest(folder, files);
            string what = $"The adapter in '{folder}'";
            BaseModel Open(PretrainedEncoder found)
            {
                BaseModel tuned = new(found);
                ImportedModel.RequireEncoder(tuned, manifest, what);
                return tuned;
            }

            ForeignModel model = format == AdapterFormat.Peft
                ? PeftFolder.Read(folder, config, encoder, Open, files)
                : HubFolder.Read(folder, config, encoder, Open, files);
            return model.Edits.Count > 0
                ? ImportedModel.Complete(model, manifest, options, what, warn)
                : throw new InvalidDataException($"{what} tunes no part of the encoder: its configuration names none, or leaves all out.");
        });
    }

    /// <summary>Writes a model as a folder.</summary>
    /// <exception cref="NotSupportedException">The other library has no form for it; the message says why.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(ServedModel model, string folder, AdapterFormat format, bool overwrite, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Require(folder, overwrite);
        TunedModel tuned = model.Tuned;
        string library = format == AdapterFormat.Peft ? "peft" : "adapters";
        if (tuned.Input.Template is not null)
        {
            throw new NotSupportedException(
                $"The model reads its texts within a template; {library} has no place for one. Train without Template.");
        }

        if (tuned.Edits.Count == 0)
        {
            throw new NotSupportedException(
                "The model has no adapter: its head alone was trained, or its whole encoder. Export it as ONNX, or save it.");
        }

        IReadOnlyList<ForeignFile> content = (format == AdapterFormat.Peft ? PeftFolder.Write(tuned) : HubFolder.Write(model))
            ?? throw new NotSupportedException(
                $"The model was tuned by {string.Join(" and ", tuned.Edits.Select(EditNames.Of).Distinct(StringComparer.Ordinal))}, "
                + $"for which {library} has no form. {Remedy(format)}");
        byte[] manifest = ManifestJson.Write(new ModelManifest(model)
        {
            OtherEncoder = EncoderExtras.For(tuned.Encoder).Identity,
            Edits = [],
        });
        AtomicFolder.Write(folder, overwrite, IsOwn, temporary =>
        {
            foreach (ForeignFile file in content.Append(new ForeignFile(ManifestFile, stream => stream.Write(manifest))))
            {
                AtomicFolder.WriteFile(temporary, file.Name, stream =>
                {
                    using CancelableStream cancelable = new(stream, cancellation);
                    file.Write(cancelable);
                });
            }

            cancellation.ThrowIfCancellationRequested();
        });
    }

    /// <summary>Complains, before a model is loaded, where its export could not be written.</summary>
    /// <exception cref="IOException">The folder is a file, is not empty, or holds files that are not an export's.</exception>
    public static void Require(string folder, bool overwrite) => AtomicFolder.Require(folder, overwrite, IsOwn);

    private static bool HasModel(string folder) => File.Exists(Path.Combine(folder, HuggingFaceFolder.ConfigFile));

    // Folders of trainers have one in each checkpoint's, and folders of adapters one in each adapter's.
    private static string WithinOf(string folder)
    {
        string[] within = [.. Directory.EnumerateDirectories(folder)
            .Where(inner => RegularFile.IsThere(Path.Combine(inner, PeftFolder.ConfigFile)))
            .Order(StringComparer.Ordinal).Take(MostFolders)];
        return within.Length == 0 ? string.Empty : $"; folders in it have: '{string.Join("', '", within)}'. Name the one that is meant";
    }

    private static bool IsOwn(string name) => Written.Contains(name, StringComparer.Ordinal);

    private static string Remedy(AdapterFormat format) => format == AdapterFormat.Peft
        ? "peft has LoRA, IA3, prefixes and prompts; adapters has bottleneck adapters too."
        : "adapters has bottleneck adapters, LoRA and IA3; peft has prefixes and prompts too.";

    private static ModelManifest? ReadManifest(string folder, SteadyFiles files)
    {
        string path = Path.Combine(folder, ManifestFile);
        if (!RegularFile.IsThere(path))
        {
            return null;
        }

        byte[] json = RegularFile.Read(path, files, ManifestJson.MostBytes);
        try
        {
            return ManifestJson.Read<ModelManifest>(json, $"'{path}'");
        }
        catch (InvalidDataException error) when (error.InnerException is JsonException)
        {
            ForeignConfig read = ForeignConfig.Read(path, files); // says what is no JSON
            string keys = string.Join(", ", read.Members.Take(3).Select(Visible.Of));
            throw new InvalidDataException(
                $"'{path}' is not what this version writes beside an adapter; its keys are {(keys.Length == 0 ? "none" : $"{keys}, ...")}. "
                + "Export the model again, or delete the file: the rest of the folder is read without it.", error);
        }
    }
}
