using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>A row that is told where it is, as that of an engine.</summary>
internal sealed class MovingRow : DataViewRow
{
    private long _position;

    public MovingRow()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("Number", NumberDataViewType.Int32);
        builder.AddColumn("Text", TextDataViewType.Instance);
        Schema = builder.ToSchema();
    }

    public Action Reading { get; set; } = () => { };

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public void Move(long position) => _position = position;

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => throw new NotSupportedException();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => typeof(TValue) == typeof(int)
        ? (ValueGetter<TValue>)(object)(ValueGetter<int>)((ref int value) => value = (int)Read())
        : (ValueGetter<TValue>)(object)(ValueGetter<ReadOnlyMemory<char>>)(
            (ref ReadOnlyMemory<char> value) => value = $"text {Read()}".AsMemory());

    private long Read()
    {
        long position = _position;
        Reading();
        return position;
    }
}
