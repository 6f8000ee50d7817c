using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Hub;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>Loads model files: self-contained ones, and delta files on their encoder.</summary>
internal static class ModelFile
{
    /// <summary>What help says of options whose default the model remembers.</summary>
    public const string KnownDefault = "what the model was trained with, otherwise";

    public static EncoderOption EncoderOption() => new(
        "--encoder",
        $"For a delta file, saved without its encoder: the encoder that was tuned, a folder{Settings.EncoderOption.OrHub} Not needed for "
        + $"{EncoderNames.Default}.");

    /// <param name="ml">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="encoder">Folder of the encoder that a delta file was tuned on, or null.</param>
    /// <param name="input">Schema of the model's input; null if none was saved.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such encoder.</exception>
    /// <exception cref="InvalidDataException">The file is no model.</exception>
    public static ITransformer Load(MLContext ml, string path, string? encoder, out DataViewSchema? input)
    {
        RequireFile(path);
        PretrainedEncoder? given = encoder is null ? null : EncoderNames.Find(encoder);
        try
        {
            return given is null ? LoadWhole(ml, path, out input) : ml.Model.LoadDelta(path, given, out input);
        }
        catch (Exception error) when (ErrorCause.Of(error) is EncoderNotFoundException)
        {
            EncoderNotFoundException missing = (EncoderNotFoundException)ErrorCause.Of(error);
            throw new InvalidDataException(
                $"'{path}' was saved without its encoder, '{missing.EncoderName}' (SHA-256 {missing.EncoderSha256}). "
                + (HubAddress.Is(missing.EncoderName)
                    ? $"Give it with --encoder {missing.EncoderName}."
                    : "Give the folder of that encoder with --encoder."),
                error);
        }
        catch (Exception error) when (ErrorCause.Of(error) is InvalidDataException)
        {
            string why = LibraryWords.Translate(ErrorCause.Of(error).Message);
            throw new InvalidDataException(
                given is null ? $"'{path}' cannot be loaded as an ML.NET model: {why}" : $"{why} The file is '{path}'.", error);
        }
    }

    /// <summary>Loads the AdaMix model of a file, alone or within a chain.</summary>
    /// <exception cref="InvalidDataException">The file is no model, or has no AdaMix model in it or several.</exception>
    public static AdaMixTransformer LoadTransformer(MLContext ml, string path, string? encoder) =>
        Single(Load(ml, path, encoder, out _), path);

    /// <summary>Likewise; a binary one bears the names that the pipeline around it has for false and true.</summary>
    /// <inheritdoc cref="LoadTransformer"/>
    public static AdaMixTransformer LoadNamed(MLContext ml, string path, string? encoder)
    {
        ITransformer whole = Load(ml, path, encoder, out DataViewSchema? input);
        AdaMixTransformer model = Single(whole, path);
        return model.Model.Task == TextTask.Binary && input is not null
            && LabelledTasks.FromSchema(whole.GetOutputSchema(input), ",") is BinaryTask task
            ? new AdaMixTransformer(ml, model.Model with
            {
                Labels = LabelKeys.Restore(task.Classes.Count, "text", [.. task.Classes]),
                Negatives = task.Negatives.Count > 1 ? [.. task.Negatives] : null,
            })
            : model;
    }

    /// <summary>Refuses a path where no file is that could be read.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="InvalidDataException">It is a folder, a pipe, a device or empty.</exception>
    public static void RequireFile(string path)
    {
        if (!RegularFile.IsThere(path))
        {
            throw new FileNotFoundException($"The model '{path}' was not found.", path);
        }

        RegularFile.Require(path);
    }

    private static AdaMixTransformer Single(ITransformer model, string path)
    {
        AdaMixTransformer[] found = [.. AdaMixTransformer.FindIn(model)];
        return found.Length == 1
            ? found[0]
            : throw new InvalidDataException($"'{path}' has {found.Length} AdaMix models in it; expected is one.");
    }

    private static ITransformer LoadWhole(MLContext ml, string path, out DataViewSchema? input)
    {
        (ITransformer model, input) = new SteadyFiles().Read(
            path, stream => (ModelContainer.Load(ml.Model, stream, out DataViewSchema schema), (DataViewSchema?)schema));
        return model;
    }
}
