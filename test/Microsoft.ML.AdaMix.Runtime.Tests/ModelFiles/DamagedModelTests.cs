using System.Text;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

[TestClass]
public class DamagedModelTests
{
    [TestMethod]
    public void A_model_with_any_byte_altered_is_refused_or_predicts_exactly_the_same()
    {
        AdaMixTransformer original = Classifiers.Transformer(Classifiers.Model(encoderSeed: 11));
        TextRow[] rows = Classifiers.Rows(4);
        float[][] expected = Classifiers.Scores(original, rows);
        byte[] saved = SavedModels.Save(original);
        Random random = new(17);
        int refused = 0;
        for (int i = 0; i < 150; i++)
        {
            byte[] damaged = [.. saved];

            // Half of the positions in the last kilobytes, where the zip's directory and small entries are.
            int position = i % 2 == 0 ? random.Next(damaged.Length) : damaged.Length - 1 - random.Next(Math.Min(6000, damaged.Length));
            damaged[position] ^= (byte)random.Next(1, 256);
            float[][] scores;
            try
            {
                scores = Classifiers.Scores(SavedModels.Load(damaged), rows);
            }
            catch (Exception error) when (error is not AssertFailedException)
            {
                refused++;
                continue;
            }

            Classifiers.AreEqual(expected, scores);
        }

        Assert.IsGreaterThan(40, refused);
    }

    [TestMethod]
    public void A_truncated_model_is_refused()
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer());
        for (int i = 0; i < 20; i++)
        {
            int length = (int)((long)saved.Length * i / 20) + (i == 19 ? saved.Length / 20 - 1 : 0);
            Assert.Throws<Exception>(() => SavedModels.Load(saved[..length]), $"{length} of {saved.Length} bytes");
        }
    }

    [TestMethod]
    [DataRow("AdaMix.manifest")]
    [DataRow("AdaMix.encoder")]
    [DataRow("AdaMix.tuned")]
    [DataRow("AdaMix.tokenizer.vocab.json")]
    [DataRow("AdaMix.tokenizer.merges.txt")]
    public void An_altered_part_behind_a_valid_zip_is_named(string part)
    {
        // An encoder of its own: one that is in memory already would not be read again.
        byte[] saved = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(encoderSeed: 100 + part.Length)));
        string entry = Array.Find(SavedModels.Entries(saved), name => name.EndsWith(part, StringComparison.Ordinal))!;

        InvalidDataException altered = SavedModels.Refusal(SavedModels.WithEntry(saved, entry, content =>
        {
            content[^1] ^= 1;
            return content;
        }));
        InvalidDataException shortened = SavedModels.Refusal(SavedModels.WithEntry(saved, entry, content => content[..^1]));

        Assert.Contains($"'{part}'", altered.Message);
        Assert.Contains($"'{part}'", shortened.Message);
    }

    [TestMethod]
    [DataRow("AdaMix.encoder")]
    [DataRow("AdaMix.tuned")]
    [DataRow("AdaMix.tokenizer.vocab.json")]
    public void A_manifest_with_another_length_of_a_part_is_refused_before_memory_is_taken(string part)
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(encoderSeed: 200 + part.Length)));
        long actual = 0;
        SavedModels.WithManifest(saved, manifest =>
        {
            actual = manifest.Parts[part].Length;
            return manifest;
        });

        // Of the longest, no machine could allocate as much.
        foreach (long claimed in (long[])[-1, long.MinValue, 0, actual - 1, actual + 1, int.MaxValue + 1L, long.MaxValue])
        {
            InvalidDataException error = SavedModels.Refusal(SavedModels.WithManifest(saved, manifest => manifest with
            {
                Parts = new Dictionary<string, ModelPart>(manifest.Parts, StringComparer.Ordinal)
                {
                    [part] = manifest.Parts[part] with { Length = claimed },
                },
            }));

            Assert.Contains($"'{part}' has {actual} bytes; expected from its manifest are {claimed}", error.Message);
        }
    }

    [TestMethod]
    [DataRow("AdaMix.encoder")]
    [DataRow("AdaMix.tuned")]
    public void A_manifest_that_does_not_name_a_part_is_refused(string part)
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer(Classifiers.Model(encoderSeed: 300 + part.Length)));

        InvalidDataException missing = SavedModels.Refusal(SavedModels.WithManifest(saved, manifest =>
            manifest with { Parts = manifest.Parts.Where(found => found.Key != part).ToDictionary(StringComparer.Ordinal) }));
        InvalidDataException empty = SavedModels.Refusal(SavedModels.WithManifest(saved, manifest =>
        {
            manifest.Parts[part] = null!;
            return manifest;
        }));

        Assert.Contains($"names no part '{part}'", missing.Message);
        Assert.Contains($"says nothing of the part '{part}'", empty.Message);
    }

    [TestMethod]
    public void A_part_that_is_not_in_the_file_is_named()
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer());

        InvalidDataException error = SavedModels.Refusal(SavedModels.WithManifest(saved, manifest =>
        {
            manifest.Parts.Add("AdaMix.more", manifest.Parts["AdaMix.tuned"]);
            return manifest;
        }));

        Assert.Contains("no part 'AdaMix.more'", error.Message);
    }

    [TestMethod]
    public void A_model_of_a_newer_format_names_both_versions_and_the_remedy()
    {
        byte[] saved = SavedModels.Save(Classifiers.Transformer());
        byte[] signature = Encoding.ASCII.GetBytes("ADAMIXTC");
        byte[] newer = saved;
        foreach (string entry in SavedModels.Entries(saved).Where(name => name.EndsWith("Model.key", StringComparison.Ordinal)))
        {
            newer = SavedModels.WithEntry(newer, entry, content =>
            {
                int start = content.AsSpan().IndexOf(signature);
                if (start >= 0)
                {
                    // Behind the signature stand the version written and the lowest version that can read it.
                    BitConverter.TryWriteBytes(content.AsSpan(start + 8), ModelFormat.Current + 1);
                    BitConverter.TryWriteBytes(content.AsSpan(start + 12), ModelFormat.Current + 1);
                }

                return content;
            });
        }

        InvalidDataException error = SavedModels.Refusal(newer);

        Assert.Contains($"0x{ModelFormat.Current + 1:x8}", error.Message);
        Assert.Contains($"0x{ModelFormat.Current:x8}", error.Message);
        Assert.Contains("Update the package", error.Message);
    }
}
