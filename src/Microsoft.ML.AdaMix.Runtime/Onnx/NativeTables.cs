using System.Runtime.CompilerServices;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// Where sessions on the same model, and on the same encoder, find what they share. Models and encoders are told apart as objects; an entry
/// goes with its object.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal static class NativeTables
{
    private static readonly ConditionalWeakTable<TunedModel, ModelEntry> Models = [];
    private static readonly ConditionalWeakTable<LoadedEncoder, EncoderEntry> Encoders = [];

    public static ModelEntry Find(TunedModel model) => Models.GetOrCreateValue(model);

    public static EncoderEntry Find(LoadedEncoder encoder) => Encoders.GetOrCreateValue(encoder);

    /// <summary>The sessions of a model, as long as somebody holds them.</summary>
    internal sealed class ModelEntry
    {
        private readonly Dictionary<(bool Int8, SessionUse Use), SharedSlot<NativeSession>> _sessions = new()
        {
            [(false, SessionUse.Row)] = new(),
            [(false, SessionUse.Batches)] = new(),
            [(true, SessionUse.Row)] = new(),
            [(true, SessionUse.Batches)] = new(),
        };

        /// <summary>The place of one of them.</summary>
        public SharedSlot<NativeSession> Session(bool int8, SessionUse use) => _sessions[(int8, use)];
    }

    /// <summary>What belongs to an encoder.</summary>
    internal sealed class EncoderEntry
    {
        private readonly Lock _lock = new();
        private ServingPrecision? _auto;

        /// <summary>The memory of its sessions, as long as one of them is there.</summary>
        public SharedSlot<EncoderMemory> Memory { get; } = new();

        /// <summary>What <see cref="ServingPrecision.Auto"/> is for models on it: measured once, kept as long as the encoder.</summary>
        public ServingPrecision Choose(Func<ServingPrecision> measure)
        {
            lock (_lock)
            {
                return _auto ??= measure();
            }
        }
    }
}
