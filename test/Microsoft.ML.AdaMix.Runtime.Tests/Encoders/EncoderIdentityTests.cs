using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>What an encoder is known by.</summary>
[TestClass]
public sealed class EncoderIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [TestMethod]
    public void The_hash_of_an_encoder_does_not_depend_on_the_order_in_which_its_checkpoint_lists_the_tensors()
    {
        LoadedEncoder encoder = Classifiers.Model(encoderSeed: 410).Tuned.Encoder;
        PretrainedEncoder folder = EncoderFolders.Write(_folder, encoder);
        string sha256 = folder.ComputeSha256();
        using (FileStream stream = File.Create(Path.Combine(_folder.Path, "model.safetensors")))
        {
            SafetensorsWriter.Write(stream, [.. encoder.Weights.Reverse()]);
        }

        Assert.AreEqual(sha256, PretrainedEncoder.FromFolder(_folder.Path).ComputeSha256());
    }

    [TestMethod]
    public void The_hash_of_an_encoder_does_not_depend_on_the_order_of_its_tensors_in_memory()
    {
        LoadedEncoder encoder = TestModels.Encoder(EncoderFamily.Bert);
        LoadedEncoder reversed = encoder with { Weights = encoder.Weights.Reverse().ToDictionary(StringComparer.Ordinal) };

        Assert.AreEqual(EncoderIdentity.Compute(encoder).Sha256(), EncoderIdentity.Compute(reversed).Sha256());
    }

    // Delta files on disk name their encoder by it: if it changes, they find it no more.
    [TestMethod]
    public void The_hash_of_the_embedded_encoder_is_the_same_in_every_version() =>
        Assert.AreEqual("CFAA19E9A1ECBD31512BE1626C5849E84B44EE8483A94F5FF0E58AF4083CD11A", PretrainedEncoder.RobertaMini.ComputeSha256());

    [TestMethod]
    public void The_hash_of_the_weights_is_that_of_delta_files_of_earlier_versions_which_took_them_as_they_were_read()
    {
        LoadedEncoder encoder = PretrainedEncoder.RobertaMini.Load();
        using HashingStream hashing = new();
        SafetensorsWriter.Write(hashing, [.. encoder.Weights]);

        Assert.AreEqual(hashing.Hash(), EncoderIdentity.Compute(encoder).Weights);
    }

    [TestMethod]
    public void A_changed_weight_or_tokenizer_file_changes_the_hash()
    {
        LoadedEncoder encoder = Classifiers.Model(encoderSeed: 411).Tuned.Encoder;
        string sha256 = EncoderFolders.Write(_folder, encoder).ComputeSha256();
        EncoderFolders.Write(_folder, Classifiers.Model(encoderSeed: 412).Tuned.Encoder);
        Assert.AreNotEqual(sha256, PretrainedEncoder.FromFolder(_folder.Path).ComputeSha256());
        EncoderFolders.Write(_folder, encoder);
        _folder.Write("tokenizer_config.json", "{}");
        Assert.AreNotEqual(sha256, PretrainedEncoder.FromFolder(_folder.Path).ComputeSha256());
    }

    [TestMethod]
    public void What_is_made_once_for_an_encoder_is_the_same_for_all_that_ask()
    {
        LoadedEncoder encoder = TestModels.Encoder(EncoderFamily.Roberta);

        Assert.AreSame(EncoderExtras.For(encoder), EncoderExtras.For(encoder));
        Assert.AreSame(EncoderExtras.For(encoder).Identity, EncoderExtras.For(encoder).Identity);
        Assert.AreNotSame(EncoderExtras.For(encoder), EncoderExtras.For(encoder with { }), "a copy is another encoder");
    }

    public void Dispose() => _folder.Dispose();
}
