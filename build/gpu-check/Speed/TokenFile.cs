using System.Globalization;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.GpuCheck.Speed;

/// <summary>Texts as token ids of roberta-mini's tokenizer, as the peers read them: a line a text, label, tab, ids.</summary>
internal static class TokenFile
{
    private const int MaxLength = 128;

    /// <summary>As many texts as make whole batches of 64.</summary>
    private const int Texts = 6400;

    /// <param name="texts">Tab-separated, label and text, with a header.</param>
    /// <param name="path">What is written.</param>
    public static void Write(string texts, string path)
    {
        TokenizerFiles files = MeasuredEncoders.Mini().Tokenizer;
        ITextTokenizer tokenizer = TextTokenizer.Create(files, EncoderFamily.Roberta, specialTokensInText: false);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllLines(path, File.ReadLines(texts).Skip(1).Take(Texts).Select(line => line.Split('\t')).Select(
            fields => $"{fields[0]}\t{string.Join(' ', tokenizer.Encode(fields[1], null, MaxLength).Ids)}"));
    }

    public static TrainingRows Read(string path)
    {
        string[][] lines = [.. File.ReadLines(path).Select(line => line.Split('\t'))];
        string first = lines[0][0];
        return new TrainingRows(
            Testing.TokenTables.Create([.. lines.Select(fields => Array.ConvertAll(
                fields[1].Split(' '), id => int.Parse(id, CultureInfo.InvariantCulture))).Select(ids => new TokenIds(ids, ids.Length))]),
            [.. lines.Select(fields => fields[0] == first ? 1f : 0f)],
            null);
    }
}
