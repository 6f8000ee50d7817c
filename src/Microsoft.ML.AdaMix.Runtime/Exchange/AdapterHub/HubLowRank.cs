using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>LoRA, and IA3, which is kept as LoRA that scales.</summary>
/// <param name="adapter">The adapter's name in the file.</param>
/// <param name="scales">Whether it is IA3.</param>
/// <param name="withoutScale">Whether a version trained it that left the scale out, so that alpha says nothing.</param>
internal sealed class HubLowRank(string adapter, bool scales, bool withoutScale) : ForeignMethod
{
    private const string Attention = "selfattn_lora";
    private const string Matrices = "attn_matrices";

    private static readonly (string Letter, string Module)[] Letters =
        [("q", "attention.self.query"), ("k", "attention.self.key"), ("v", "attention.self.value")];

    private static readonly (string Option, string Module)[] Others =
        [("intermediate_lora", "intermediate.dense"), ("output_lora", "output.dense")];

    private readonly EditTable<LowRankEdit> _updates = new(
        [$".loras.{adapter}.lora_A", $".loras.{adapter}.lora_B"],
        edit => edit.Module, edit => [edit.Down, edit.Up], (module, tensors) => new LowRankEdit(module, tensors[0], tensors[1], 1));

    private readonly EditTable<ScaleEdit> _factors = new(
        [$".loras.{adapter}.lora_B"],
        edit => edit.Module, edit => [edit.Factors.As(edit.Factors.Shape[0], 1)],
        (module, tensors) => new ScaleEdit(module, tensors[0].Shape is [_, 1] ? tensors[0].As(tensors[0].Shape[0]) : tensors[0]));

    public override string Name => scales ? "ia3" : "lora";

    public override EncoderEdits Read(MethodReading reading)
    {
        ForeignConfig config = reading.Config;
        config.RequireNone("Such an adapter has no form here; train it without", "use_gating", "use_dora", "vera_d", "vera_b");
        config.Passes("dropout", "init_weights", "init_weights_seed", "architecture", "composition_mode", "dtype");
        int rank = config.Size("r") ?? throw config.Refuse("r", "a rank", "The file is damaged");
        double alpha = config.Number("alpha") ?? throw config.Refuse("alpha", "a number", "The file is damaged");
        alpha = withoutScale ? rank : alpha;
        IReadOnlyList<EncoderEdit> edits = scales
            ? rank == 1 && alpha == 1 ? _factors.Read(reading.Tensors, reading.Names)
            : throw config.Refuse(rank == 1 ? "alpha" : "r", "1 for factors", "Other scales of IA3 are not read")
            : [.. _updates.Read(reading.Tensors, reading.Names).Select(edit => edit.Down.Shape.FirstOrDefault() == rank
                ? edit with { Scale = (float)(alpha / rank) }
                : throw config.Refuse("r", $"{edit.Down.Shape.FirstOrDefault()}, the rank of '{edit.Module}'", "The configuration is that "
                    + "of another adapter"))];
        ExpectedModules.Require(Expected(reading), edits.Select(Module), reading, $"{Attention}, {Matrices} and the like");
        return [.. edits];
    }

    public override bool Fits(EncoderEdits edits) => edits.All(edit => scales ? edit is ScaleEdit : edit is LowRankEdit);

    public override MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder)
    {
        string[] modules = [.. edits.Select(Module)];
        if (Array.Find(modules, module => !Letters.Concat(Others).Any(known => known.Module == InLayer(module))) is { } other)
        {
            throw new NotSupportedException(
                $"The model tunes '{other}'; LoRA and IA3 of the adapters library are for query, key, value and the two matrices of the "
                + "feed-forward. Use peft.");
        }

        JsonObject config = HubFolder.Json(scales ? HubDefaults.Ia3 : HubDefaults.Lora);
        int[] layers = [.. modules.Select(ExpectedModules.LayerOf).Distinct()];
        bool Tunes(string module) => Array.Exists(modules, one => InLayer(one) == module);
        int kinds = Letters.Concat(Others).Count(known => Tunes(known.Module));
        if (modules.Length != layers.Length * kinds || encoder.LayerGroups is not null)
        {
            throw new NotSupportedException(
                "The model tunes other matrices in some layers than in others; the adapters library has the same in all. Use peft.");
        }

        config[Attention] = Array.Exists(Letters, letter => Tunes(letter.Module));
        config[Matrices] = HubFolder.Json(Letters.Where(letter => Tunes(letter.Module)).Select(letter => letter.Letter));
        foreach ((string option, string module) in Others)
        {
            config[option] = Tunes(module);
        }

        config["leave_out"] = HubFolder.Json(Enumerable.Range(0, encoder.Layers).Except(layers));
        if (!scales)
        {
            (int rank, float scale) = edits.Cast<LowRankEdit>().Select(edit => (edit.Down.Shape[0], edit.Scale)).Distinct().ToArray()
                is [var one] ? one : throw new NotSupportedException(
                    "The model's updates differ in rank or scale; the adapters library has one for all. Use peft.");
            (config["r"], config["alpha"]) = (rank, (double)scale * rank);
        }

        return new MethodWriting(config, [.. scales ? _factors.Write(edits, names) : _updates.Write(edits, names)]);
    }

    private static string Module(EncoderEdit edit) => edit is LowRankEdit update ? update.Module : ((ScaleEdit)edit).Module;

    private static string InLayer(string module) => string.Join('.', module.Split('.').Skip(3));

    private static IEnumerable<string> Expected(MethodReading reading)
    {
        ForeignConfig config = reading.Config;
        string[] letters = config.Texts(Matrices) ?? [];
        bool attention = config.Flag(Attention);
        HashSet<string> chosen =
        [
            .. Letters.Where(letter => attention && letters.Contains(letter.Letter, StringComparer.Ordinal))
                .Select(letter => letter.Module),
            .. Others.Where(other => config.Flag(other.Option)).Select(other => other.Module),
        ];
        int[] left = config.Indices("leave_out") ?? [];
        return ExpectedModules.Linear(reading.Encoder.Config).Select(module => module.Own)
            .Where(module => chosen.Contains(InLayer(module)) && !left.Contains(ExpectedModules.LayerOf(module)));
    }
}
