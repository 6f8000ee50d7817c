namespace Microsoft.ML.AdaMix.Tokenization.Frames;

/// <summary>What a part of an encoded row is.</summary>
internal enum FramePart
{
    Special,
    First,
    Second,
}

/// <summary>A part of an encoded row, in the order of a frame.</summary>
/// <param name="Part">A text, or special tokens.</param>
/// <param name="Ids">Of the special tokens.</param>
/// <param name="Type">Of all its tokens.</param>
internal sealed record FrameItem(FramePart Part, int[] Ids, int Type);
