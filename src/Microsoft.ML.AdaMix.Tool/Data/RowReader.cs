namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Reads rows one after another. The fields of <see cref="Fields"/> stand in the order of <see cref="Columns"/>.</summary>
internal abstract class RowReader(string name) : IDisposable
{
    /// <summary>Names of the columns without blanks around them; <see cref="TextColumns"/> finds the ones it needs among them.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>The current row; null where a column has no value in it.</summary>
    public IReadOnlyList<string?> Fields { get; protected set; } = [];

    /// <summary>The current row as it stands in the file, without its line end; of Parquet, as JSON.</summary>
    public string Raw { get; protected set; } = "";

    /// <summary>How <see cref="Raw"/> is written.</summary>
    public abstract RowFormat RawFormat { get; }

    /// <summary>Between the fields of <see cref="Raw"/>, where it has fields.</summary>
    public virtual char Delimiter => '\t';

    /// <summary>The header as it stands in the file; empty where the format has none.</summary>
    public string Header { get; protected set; } = "";

    /// <summary>Line on which the current row begins, from 1; of Parquet, the row's number.</summary>
    public long Line { get; protected set; }

    /// <summary>What errors call the source: a path, or standard input.</summary>
    public string Name { get; } = name;

    /// <summary>Takes the rows that are broken; null where the first of them is an error.</summary>
    public SkippedRows? Skipped { get; init; }

    /// <summary>Whether row n is what is on line n, so that a broken row has to keep its place.</summary>
    public virtual bool KeepsPlaces => false;

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The row is broken; the one behind it can be read.</exception>
    public abstract bool MoveNext();

    /// <summary>The next row's texts; where broken rows are left out, of the next row that is not broken.</summary>
    /// <param name="columns">Where they are.</param>
    /// <param name="row">The row; null where it is broken and keeps its place.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The row is broken, and broken rows are not left out.</exception>
    public bool TryRead(TextColumns columns, out TextRow? row)
    {
        while (true)
        {
            row = null;
            try
            {
                if (!MoveNext())
                {
                    return false;
                }

                row = columns.RowOf(this);
                return true;
            }
            catch (InvalidDataException error) when (Skipped is not null)
            {
                Skipped.Add(error.Message);
                if (KeepsPlaces)
                {
                    return true;
                }
            }
        }
    }

    /// <summary>Whether the current value of a column is a list or an object, whose text is JSON.</summary>
    public virtual bool IsComposite(int column) => false;

    /// <summary>What <see cref="Line"/> counts.</summary>
    public virtual string Unit => "line";

    /// <summary>An error that names source and row.</summary>
    public InvalidDataException Broken(string problem) => new($"'{Name}', {Unit} {Line}: {problem}");

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
