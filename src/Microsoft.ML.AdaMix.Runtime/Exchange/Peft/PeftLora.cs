using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange.Peft;

/// <summary>LoRA and rsLoRA of peft.</summary>
internal sealed class PeftLora : ForeignMethod
{
    private const int DefaultRank = 8;
    private const double DefaultAlpha = 8;

    private static readonly string[] KeptBases = ["gaussian", "eva", "orthogonal"];

    private static readonly EditTable<LowRankEdit> Table = new(
        [".lora_A.weight", ".lora_B.weight"],
        edit => edit.Module,
        edit => [edit.Down, edit.Up],
        (module, tensors) => new LowRankEdit(module, tensors[0], tensors[1], 1));

    public override string Name => "LORA";

    public override EncoderEdits Read(MethodReading reading)
    {
        ForeignConfig config = reading.Config;
        RequirePlain(config);
        int rank = config.Size("r") ?? DefaultRank;
        double alpha = config.Number("lora_alpha") ?? DefaultAlpha;
        bool isStabilized = config.Flag("use_rslora");
        Func<string, double?> ranks = PeftTargets.Numbers(config, "rank_pattern");
        Func<string, double?> alphas = PeftTargets.Numbers(config, "alpha_pattern");
        IReadOnlyList<LowRankEdit> edits = Table.Read(reading.Tensors, reading.Names);
        PeftTargets.Check(reading, [.. edits.Select(edit => edit.Module)]);
        return [.. edits.Select(edit =>
        {
            string name = reading.Names.WithinModel(edit.Module);
            double own = ranks(name) ?? rank;
            if (edit.Down.Shape.FirstOrDefault() != own)
            {
                throw new InvalidDataException(
                    $"'{reading.Tensors.File}' has '{edit.Module}' with rank {edit.Down.Shape.FirstOrDefault()}; its configuration "
                    + FormattableString.Invariant($"'{config.File}' says {own} (r, rank_pattern). ")
                    + "The configuration is that of another adapter.");
            }

            double factor = alphas(name) ?? alpha;
            return edit with { Scale = (float)(factor / (isStabilized ? Math.Sqrt(own) : own)) };
        })];
    }

    public override bool Fits(EncoderEdits edits) => edits.All(edit => edit is LowRankEdit);

    public override MethodWriting Write(EncoderEdits edits, ModuleNames names, EncoderConfig encoder)
    {
        LowRankEdit[] updates = [.. edits.Cast<LowRankEdit>()];
        int rank = Rank(updates[0]);
        double alpha = Alpha(updates[0]);
        JsonObject ranks = [];
        JsonObject alphas = [];
        foreach (LowRankEdit update in updates)
        {
            string name = names.WithinModel(update.Module);
            if (Rank(update) != rank)
            {
                ranks[name] = Rank(update);
            }

            if (Alpha(update) is var own && own != alpha)
            {
                alphas[name] = own;
            }
        }

        return new MethodWriting(
            new JsonObject
            {
                ["alpha_pattern"] = alphas,
                ["bias"] = "none",
                ["fan_in_fan_out"] = false,
                ["init_lora_weights"] = true,
                ["layers_pattern"] = null,
                ["layers_to_transform"] = null,
                ["lora_alpha"] = alpha,
                ["lora_dropout"] = ForeignJson.Float(0),
                ["r"] = rank,
                ["rank_pattern"] = ranks,
                [PeftTargets.Targets] = PeftTargets.Write([.. updates.Select(update => update.Module)], encoder),
                ["use_dora"] = false,
                ["use_rslora"] = false,
            },
            [.. Table.Write(edits, names)]);
    }

    // As it is read, this gives the same float32 again.
    private static double Alpha(LowRankEdit edit) => (double)edit.Scale * Rank(edit);

    private static int Rank(LowRankEdit edit) => edit.Down.Shape[0];

    private static void RequirePlain(ForeignConfig config)
    {
        config.Passes(
            "lora_dropout", "init_lora_weights", "megatron_config", "megatron_core", "loftq_config", "eva_config", "corda_config",
            "lora_ga_config", "runtime_config", "qalora_group_size", "ensure_weight_tying", "inference_mode", "monteclora_config");
        if (config.Flag("use_dora"))
        {
            throw config.Refuse("use_dora", "false", "DoRA's magnitudes have no form here; merge the adapter into the model in Python and "
                + "load the result as an encoder");
        }

        if (config.Flag("fan_in_fan_out"))
        {
            throw config.Refuse("fan_in_fan_out", "false", "Encoders that are read here have no transposed weights (Conv1D)");
        }

        if ((config.Text("bias") ?? "none") != "none")
        {
            throw config.Refuse("bias", "\"none\"", "Trained biases beside LoRA are not read; train with bias=\"none\"");
        }

        config.RequireNone(
            "It changes more than single matrices of the layers, and is not read; merge the adapter into the model in Python",
            "lora_bias", "use_qalora", "layer_replication", "trainable_token_indices", "target_parameters", "use_bdlora",
            "alora_invocation_tokens", "arrow_config");
        if (config.Is("init_lora_weights", JsonValueKind.String)
            && !KeptBases.Contains(config.Text("init_lora_weights"), StringComparer.OrdinalIgnoreCase))
        {
            throw config.Refuse(
                "init_lora_weights", $"true, false, or one of {string.Join(", ", KeptBases)}",
                "That start changes the encoder's own weights, which are not in the folder; save it with path_initial_model_for_weight_"
                + "conversion, which makes a plain LoRA of it");
        }
    }
}
