using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;

namespace Microsoft.ML.AdaMix.Tool.Models;

/// <summary>A model file: this tool's, or any AdaMix pipeline whose input columns are called Text and, for pairs, Pair.</summary>
internal sealed record SavedModel(ITransformer Model, LabelledTask Task, bool ReadsPairs, FileNotes Notes) : IDisposable
{
    private const string DefaultSeparator = ",";

    /// <summary>Between the labels of a row: what was given, what the model was trained with, or a comma.</summary>
    public string Separator { get; private init; } = DefaultSeparator;

    /// <summary>Loads a file and finds out what it predicts.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="givenSeparator">Between the labels of a row; null for what the model was trained with.</param>
    /// <param name="encoder">Folder of the encoder that a delta file was tuned on, or null.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">The file is no model, or none that the tool can use.</exception>
    public static SavedModel Load(MLContext ml, string path, string? givenSeparator, string? encoder)
    {
        ITransformer model = ModelFile.Load(ml, path, encoder, out DataViewSchema? input);
        if (input?.GetColumnOrNull(nameof(TaskRow.Text)) is null)
        {
            throw new InvalidDataException(
                $"'{path}' reads the columns "
                + $"{(input is null ? "(not recorded)" : Names.Quote([.. input.Select(column => column.Name)]))}; "
                + "expected a column Text, as the models have that 'adamix train' saves.");
        }

        DataViewSchema output = model.GetOutputSchema(input);
        FileNotes notes = FileNotes.Read(AdaMixTransformer.FindIn(model).FirstOrDefault()?.Training);
        string separator = givenSeparator ?? notes.Separator ?? DefaultSeparator;
        return LabelledTasks.FromSchema(output, separator) is { } task
            ? new SavedModel(model, task, input.GetColumnOrNull(nameof(TaskRow.Pair)) is not null, notes) { Separator = separator }
            : throw new InvalidDataException(
                $"'{path}' adds the columns {Names.Quote([.. output.Skip(input.Count).Select(column => column.Name)])}; expected Score, "
                + "and PredictedLabel where there are classes, as AdaMix models have.");
    }

    /// <summary>The same model, scoring in another precision where one is given.</summary>
    /// <exception cref="InvalidDataException">The model is none of AdaMix.</exception>
    public SavedModel Serving(ServingPrecision? precision)
    {
        try
        {
            return precision is { } other ? this with { Model = Model.WithServingPrecision(other) } : this;
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException("--serving is for models of AdaMix; the file has none in it.", error);
        }
    }

    /// <summary>The same model, reading long texts in windows; what is null stays as the model has it.</summary>
    /// <exception cref="InvalidDataException">The model is none of AdaMix, or cannot read such windows.</exception>
    public SavedModel Reading(WindowCombination? combine, int? stride, int? maxWindows)
    {
        try
        {
            return this with { Model = Model.WithWindows(combine, stride, maxWindows) };
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException(LibraryWords.Translate(error.Message), error);
        }
    }

    /// <summary>Complains where the rows are pairs and the model is not for pairs, or the other way round.</summary>
    /// <exception cref="InvalidDataException">They do not fit.</exception>
    public void RequireFit(string source, bool arePairs)
    {
        if (ReadsPairs != arePairs)
        {
            throw new InvalidDataException(ReadsPairs
                ? $"'{source}' has single texts; the model reads pairs. Name the second text's column with --pair."
                : $"'{source}' has pairs of texts; the model reads single ones. Name the one to read with --text.");
        }
    }

    public void Dispose() => (Model as IDisposable)?.Dispose();
}
