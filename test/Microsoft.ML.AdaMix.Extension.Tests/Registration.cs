using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Extension.GatedShift;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Native;

namespace Microsoft.ML.AdaMix.Extension;

/// <summary>All that the library is told of the method: its name, and its kind of edit. Some tests compute before any training.</summary>
[TestClass]
public static class Registration
{
    [AssemblyInitialize]
    public static void Register(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        LibTorch.EnsureLoaded();
        TuningMethods.Register(new GatedShiftTuning());
        EditKinds.Register(GatedShiftEdit.Kind);
    }
}
