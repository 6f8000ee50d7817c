using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Extension.GatedShift;
using Microsoft.ML.AdaMix.Methods;

namespace Microsoft.ML.AdaMix.Extension;

/// <summary>All that the library is told of the method: its name, and its kind of edit.</summary>
[TestClass]
public static class Registration
{
    [AssemblyInitialize]
    public static void Register(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        TuningMethods.Register(new GatedShiftTuning());
        EditKinds.Register(GatedShiftEdit.Kind);
    }
}
