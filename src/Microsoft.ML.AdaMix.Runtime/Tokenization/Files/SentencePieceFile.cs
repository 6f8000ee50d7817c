using Google.Protobuf;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>What a model file of SentencePiece says, as far as a tokenizer needs it.</summary>
internal sealed class SentencePieceFile
{
    public static readonly string[] Names = ["sentencepiece.bpe.model", "spiece.model", "spm.model", "sentencepiece.model"];

    /// <summary>Pieces by id, with score and kind.</summary>
    public List<(string Piece, float Score, PieceKind Kind)> Pieces { get; } = [];

    /// <summary>Rules that text is normalized with; empty for none.</summary>
    public byte[] Charsmap { get; private set; } = [];

    public bool IsBytePair { get; private set; }

    public bool FallsBackToBytes { get; private set; }

    public int UnknownId { get; private set; }

    public enum PieceKind
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    /// <exception cref="InvalidDataException">It is damaged, or of a kind that is not supported.</exception>
    public static SentencePieceFile Read(string source, string name, byte[] bytes)
    {
        SentencePieceFile file = new();
        try
        {
            file.ReadModel(new CodedInputStream(bytes));
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{name} of '{source}' is no model of SentencePiece, or cut off: {error.Message}", error);
        }

        return file.Pieces.Count > 0 && file.UnknownId >= 0 && file.UnknownId < file.Pieces.Count ? file : throw new InvalidDataException(
            $"{name} of '{source}' is no model of SentencePiece: it has {file.Pieces.Count} pieces and {file.UnknownId} as the id of the "
            + "unknown one.");
    }

    private void ReadModel(CodedInputStream input)
    {
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    ReadPiece(input.ReadBytes().CreateCodedInput());
                    break;
                case 2:
                    ReadTrainer(input.ReadBytes().CreateCodedInput());
                    break;
                case 3:
                    ReadNormalizer(input.ReadBytes().CreateCodedInput());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    private void ReadPiece(CodedInputStream input)
    {
        (string piece, float score, PieceKind kind) = (string.Empty, 0, PieceKind.Normal);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    piece = input.ReadString();
                    break;
                case 2:
                    score = input.ReadFloat();
                    break;
                case 3:
                    kind = (PieceKind)input.ReadEnum();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        Pieces.Add((piece, score, kind));
    }

    private void ReadTrainer(CodedInputStream input)
    {
        int type = 1;
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 3:
                    type = input.ReadEnum();
                    break;
                case 35:
                    FallsBackToBytes = input.ReadBool();
                    break;
                case 40:
                    UnknownId = input.ReadInt32();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        IsBytePair = type == 2;
        if (type is not (1 or 2))
        {
            throw new InvalidOperationException($"its model_type is {type}; Unigram (1) and BPE (2) are supported");
        }
    }

    private void ReadNormalizer(CodedInputStream input)
    {
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 2)
            {
                Charsmap = input.ReadBytes().ToByteArray();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}
