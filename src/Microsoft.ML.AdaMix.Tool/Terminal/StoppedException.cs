namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>A command was stopped; the message says what is there, and how it goes on.</summary>
internal sealed class StoppedException(string message) : OperationCanceledException(message);
