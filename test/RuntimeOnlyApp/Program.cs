using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.RuntimeOnlyApp;

// Usage: RuntimeOnlyApp <model file> [<folder of a delta file's encoder>]. Texts come on standard input, one a line, a tab between the two
// texts of a pair. Each answer is a line of JSON; the last line says whether libtorch was loaded.
if (args.Length is not (1 or 2))
{
    Console.Error.WriteLine("Usage: RuntimeOnlyApp <model file> [<folder of a delta file's encoder>]");
    return 2;
}

if (args.Length == 2)
{
    PretrainedEncoder.FromFolder(args[1]).Register();
}

UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
using StreamReader input = new(Console.OpenStandardInput(), utf8);
using StreamWriter output = new(Console.OpenStandardOutput(), utf8);

MLContext ml = new();
ITransformer model = ml.Model.Load(args[0], out _);
using PredictionEngine<TextRow, Prediction> engine = ml.Model.CreatePredictionEngine<TextRow, Prediction>(model);
while (input.ReadLine() is { } line)
{
    string[] texts = line.Split('\t', 2);
    Prediction prediction = engine.Predict(new TextRow { Text = texts[0], Text2 = texts.Length == 2 ? texts[1] : null });
    output.WriteLine(JsonSerializer.Serialize(new { predictedLabel = prediction.PredictedLabel, score = prediction.Score }));
}

using Process self = Process.GetCurrentProcess();
bool libtorchLoaded = self.Modules.Cast<ProcessModule>().Any(
    module => module.ModuleName.Contains("torch", StringComparison.OrdinalIgnoreCase));
output.WriteLine(JsonSerializer.Serialize(new { libtorchLoaded }));
return 0;
