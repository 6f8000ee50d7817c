using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Models.Families.DebertaV2;

/// <summary>How DeBERTa sees relative positions.</summary>
/// <param name="Buckets">
/// Rows of the table on either side of 0: distances up to half of them have a row each, farther ones share. 0 where each has its own.
/// </param>
/// <param name="Farthest">Distances from here on are one.</param>
/// <param name="ContentToPosition">Whether a query's content reads the key's place.</param>
/// <param name="PositionToContent">Whether a query's place reads the key's content.</param>
/// <param name="IsNormalized">Whether a LayerNorm stands behind the table.</param>
internal sealed record DisentangledPositions(
    int Buckets, int Farthest, bool ContentToPosition, bool PositionToContent, bool IsNormalized)
{
    /// <summary>Rows of the table on either side.</summary>
    [JsonIgnore]
    public int Side => Buckets > 0 ? Buckets : Farthest;

    /// <summary>Rows of the table.</summary>
    [JsonIgnore]
    public int Rows => 2 * Side;

    /// <summary>Terms of a score, content included; it is scaled down by the root of as many.</summary>
    [JsonIgnore]
    public int Terms => 1 + (ContentToPosition ? 1 : 0) + (PositionToContent ? 1 : 0);

    /// <summary>The row of a distance.</summary>
    /// <param name="distance">The query's place less the key's.</param>
    public int Row(int distance) => Math.Clamp(Bucket(distance) + Side, 0, Rows - 1);

    private int Bucket(int distance)
    {
        int middle = Buckets / 2;
        int far = Math.Abs(distance);
        return Buckets <= 0 || far <= middle
            ? distance
            : Math.Sign(distance) * (middle
                + (int)Math.Ceiling(Math.Log(far / (double)middle) / Math.Log((Farthest - 1) / (double)middle) * (middle - 1)));
    }
}
