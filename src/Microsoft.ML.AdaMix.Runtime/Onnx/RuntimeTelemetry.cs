using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// ONNX Runtime's telemetry: by its own default it sends events of each session to its makers, and keeps an identifier of the device.
/// </summary>
internal static partial class RuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    private static readonly Lock Once = new();
    private static bool _isDecided;

    /// <summary>
    /// Turns it off, unless the environment says otherwise. ONNX Runtime reads the variable when the first of its objects is made, so this
    /// comes before.
    /// </summary>
    public static void TurnOff()
    {
        lock (Once)
        {
            if (!_isDecided && Environment.GetEnvironmentVariable(Variable) is null)
            {
                SetVariable();
                OrtEnv.Instance().DisableTelemetryEvents(); // Windows has no such variable
            }

            _isDecided = true;
        }
    }

    // On Unix native code does not see what .NET sets.
    private static void SetVariable()
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
        else if (SetVariable(Variable, "1", overwrite: 1) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
