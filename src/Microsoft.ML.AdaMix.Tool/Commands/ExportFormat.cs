namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>What <c>adamix export</c> writes.</summary>
internal enum ExportFormat
{
    Onnx,

    Peft,

    Adapters,
}
