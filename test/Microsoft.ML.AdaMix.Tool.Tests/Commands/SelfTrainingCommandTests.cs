using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>Training on rows without a label too.</summary>
[TestClass]
public sealed class SelfTrainingCommandTests
{
    [TestMethod]
    public async Task Lines_of_text_and_rows_without_a_label_are_labelled_and_trained_on()
    {
        using TemporaryFolder folder = new();
        string model = folder.At("model.zip");
        string train = folder.Write(
            "train.tsv",
            string.Concat(Texts.Rows(16).Select(row => $"{row.Label}\t{row.Text}\t2\n").Prepend("label\ttext\tcounts\n"))
            + "\ta text of an unknown kind\t1\n");
        string texts = folder.Write("texts.txt", string.Concat(Texts.Rows(12).Select(row => $"{row.Text} again\n")));
        string test = folder.Write("test.tsv", Texts.Tsv(8)); // all count alike, and no column says so
        Said trained = await Tool.Succeed(
            "train", "--train", train, "--weight", "counts", "--unlabelled", texts, "--test", test, "--validation", test, "--epochs", "1",
            "--method", "head", "--keep-last-epoch", "--self-training-share", "0.4", "--save", model, "--json");
        JsonElement result = trained.Json;
        Assert.AreEqual((16, 13), (result.GetProperty("rows").GetInt32(), result.GetProperty("unlabelledRows").GetInt32()));
        int guessed = result.GetProperty("guessedRows").GetInt32();
        Assert.IsGreaterThan(4, guessed); // four tenths of each class, rounded up
        Assert.IsLessThan(8, guessed);
        Assert.Contains("16 rows of train.tsv, 2 classes, 13 rows without a label, 1 epoch.", trained.Error);
        Assert.Contains($"Self-training, round 1 of 1: trains on {guessed} of 13 rows without a label too (animal ", trained.Error);
        Assert.Contains("round 1/1  epoch 1/1  loss ", trained.Error);
        Said info = await Tool.Succeed("info", model);
        Assert.Contains($"{16 + guessed} rows ({guessed} with a label that a model guessed), 8 for validation", info.Output);
        Said json = await Tool.Succeed("info", model, "--json");
        Assert.AreEqual(guessed, json.Json.GetProperty("models")[0].GetProperty("training").GetProperty("guessedRows").GetInt32());
    }

    [TestMethod]
    public async Task Rows_without_a_label_in_the_training_file_alone_will_do_and_none_at_all_is_a_warning()
    {
        using TemporaryFolder folder = new();
        string[] train = ["train", "--train", folder.Write("train.tsv", Texts.Tsv(16)), "--epochs", "1", "--save", folder.At("model.zip"),
            "--method", "head", "--self-training-rounds", "1", "--json"];
        Said none = await Tool.Succeed(train);
        Assert.Contains("--self-training-rounds has no effect: every row has a label", none.Error);
        Assert.AreEqual(0, none.Json.GetProperty("guessedRows").GetInt32());
        folder.Write("train.tsv", Texts.Tsv(16) + "\ta text of an unknown kind\n");
        Said some = await Tool.Succeed(train);
        Assert.AreEqual(1, some.Json.GetProperty("guessedRows").GetInt32());
        Assert.DoesNotContain("no label and", some.Error);
    }

    [TestMethod]
    [DataRow("--task binary", 2, "--unlabelled is for --task multiclass; the task is binary. Yes and no may be two classes")]
    [DataRow("--task regression", 2, "--unlabelled is for --task multiclass; the task is regression.")]
    [DataRow("--self-training-rounds 0", 2, "--unlabelled does not go with --self-training-rounds 0; leave out one of the two.")]
    [DataRow("--self-training-share 0", 2, "--self-training-share")]
    [DataRow("--template {text}_{mask}. --demonstrations 1", 2, "--unlabelled does not go with --demonstrations")]
    public async Task What_cannot_be_is_said_before_anything_is_read(string options, int code, string expected)
    {
        using TemporaryFolder folder = new();
        string texts = folder.Write("texts.txt", "a text\n");
        Said refused = await Tool.Run(
            ["train", "--train", folder.At("missing.tsv"), "--unlabelled", texts, "--save", folder.At("model.zip"), .. options.Split(' ')]);
        Assert.AreEqual(code, refused.Code, refused.Error);
        Assert.Contains(expected, refused.Error);
    }

    [TestMethod]
    [DataRow("texts.csv", "label,text\nWRONG,a text\n", "its column 'label' is not read")]
    [DataRow("texts.csv", "body\na text\n", null)]
    [DataRow("texts.log", "a text\n", null)]
    [DataRow("texts.txt", "label\ttext\nanimal\ta text\n", "each line has a tab in it, and is taken as one text")]
    [DataRow("texts.txt", "\n \n", "holds no text: 2 rows, all of them empty.")]
    [DataRow("texts.txt", "a small furry mammal number 0\n", "1 of 1 row without a label is left out: the text is that of a row with")]
    public async Task Files_of_texts_are_read_by_their_ending_and_what_is_not_read_is_told(string name, string content, string? expected)
    {
        using TemporaryFolder folder = new();
        Said said = await Tool.Run(
            "train", "--train", folder.Write("train.tsv", Texts.Tsv(8)), "--text", "text", "--unlabelled", folder.Write(name, content),
            "--epochs", "1", "--method", "head", "--save", folder.At("model.zip"));
        Assert.AreEqual(expected?.StartsWith("holds", StringComparison.Ordinal) == true ? 1 : 0, said.Code, said.Error);
        Assert.Contains(expected ?? "Self-training, round 1 of 1: trains on 1 of 1 row without a label too", said.Output + said.Error);
    }

    [TestMethod]
    public async Task Rows_that_are_drawn_leave_those_without_a_label_and_a_class_that_means_none_is_doubted()
    {
        using TemporaryFolder folder = new();
        string rows = Texts.Tsv(16) + "\ta text of an unknown kind\n?\tanother one\n?\ta third one\n";
        Said said = await Tool.Succeed(
            "train", "--train", folder.Write("train.tsv", rows), "--rows", "8", "--self-training-rounds", "1", "--epochs", "1",
            "--method", "head", "--save", folder.At("model.zip"), "--json");
        Assert.AreEqual(
            (8, 1), (said.Json.GetProperty("rows").GetInt32(), said.Json.GetProperty("unlabelledRows").GetInt32()), said.Error);
        Assert.MatchesRegex("of 8 rows ha(s|ve) the label '\\?', which is a class like others", said.Error);
    }

    [TestMethod]
    public async Task Rows_of_several_labels_are_drawn_with_those_that_have_none()
    {
        using TemporaryFolder folder = new();
        string rows = string.Concat(
            Texts.Rows(8).Select((row, place) => $"{(place < 4 ? row.Label : "")}\t{row.Text}\n").Prepend("label\ttext\n"));
        Said said = await Tool.Succeed(
            "train", "--train", folder.Write("train.tsv", rows), "--rows", "8", "--task", "multilabel", "--epochs", "1", "--method", "head",
            "--save", folder.At("model.zip"), "--json");
        Assert.AreEqual(8, said.Json.GetProperty("rows").GetInt32());
    }

    [TestMethod]
    public async Task Single_texts_do_not_fit_pairs()
    {
        using TemporaryFolder folder = new();
        string train = folder.Write("train.tsv", "label\tsentence1\tsentence2\na\tone\ttwo\nb\tthree\tfour\n");
        string texts = folder.Write("texts.tsv", "text\na text\n");
        Said refused = await Tool.Run("train", "--train", train, "--unlabelled", texts, "--save", folder.At("model.zip"));
        Assert.AreEqual(1, refused.Code, refused.Error);
        Assert.Contains("has pairs of texts and ", refused.Error);
    }

    [TestMethod]
    public async Task A_comparison_takes_the_rows_that_it_did_not_draw_and_says_where_there_are_none()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 24, test: 6);
        string[] study = ["compare", "--methods", "head,head:self-training-rounds=1", "--data", data, "--epochs", "1", "--seeds", "1",
            "--json"];
        Said all = await Tool.Run([.. study, "--out", folder.At("all")]);
        Assert.AreNotEqual(0, all.Code, all.Error);
        Assert.Contains("'head:self-training-rounds=1' wants rows without a label, and all rows of ", all.Error);
        Assert.IsFalse(Directory.Exists(folder.At("all")));
        await Tool.Succeed([.. study, "--rows", "8", "--out", folder.At("some")]);
        JsonElement[] results = [.. File.ReadLines(folder.At("some/results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.HasCount(2, results);
        Assert.Contains("selfTrainingRounds", results[1].GetProperty("configuration").GetProperty("options").GetRawText());
        Assert.DoesNotContain("selfTraining", results[0].GetRawText());
    }
}
