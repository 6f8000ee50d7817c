using Google.Protobuf;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>Writes a graph as an ONNX ModelProto. Field numbers are those of onnx.proto3.</summary>
/// <remarks>Weights go straight from their memory to the stream, so that a large encoder is not copied.</remarks>
internal static class OnnxWriter
{
    /// <summary>Version of the ONNX file format that introduced opset 20.</summary>
    private const long IrVersion = 9;

    /// <summary>The first opset with Gelu.</summary>
    private const long Opset = 20;

    private const long MicrosoftOpset = 1;

    private const int FloatType = 1;
    private const int Int64Type = 7;

    /// <summary>The model as bytes; weights that are not embedded are only declared.</summary>
    public static byte[] ToBytes(OnnxGraph graph)
    {
        Parts parts = Prepare(graph);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)parts.Size)); // no room to grow: a fully tuned encoder is large
        using MemoryStream stream = new(bytes);
        Write(parts, stream);
        return bytes;
    }

    public static void Write(OnnxGraph graph, Stream stream) => Write(Prepare(graph), stream);

    private static Parts Prepare(OnnxGraph graph)
    {
        byte[] structure = Message(output => WriteStructure(output, graph));
        List<(byte[] Header, OnnxWeight Weight)> weights =
            [.. graph.Weights.Select(weight => (Message(output => WriteWeightHeader(output, weight)), weight))];
        long graphSize = structure.Length + weights.Sum(weight => FieldSize(5, TensorSize(weight.Header, weight.Weight)));
        if (graphSize > int.MaxValue - 1024)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"The ONNX model would have {graphSize:N0} bytes; a protobuf message can have at most 2 GiB. ")
                + "Keep the weights outside of it.");
        }

        byte[] start = Message(output =>
        {
            Int64(output, 1, IrVersion);
            Text(output, 2, "Microsoft.ML.AdaMix");
            Nested(output, 8, field => WriteOpset(field, "", Opset));
            if (graph.Nodes.Any(node => node.Domain == OnnxGraph.MicrosoftDomain))
            {
                Nested(output, 8, field => WriteOpset(field, OnnxGraph.MicrosoftDomain, MicrosoftOpset));
            }

            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteLength((int)graphSize);
        });
        return new Parts(start, structure, weights, start.Length + graphSize);
    }

    private static void Write(Parts parts, Stream stream)
    {
        stream.Write(parts.Start);
        stream.Write(parts.Structure);
        using CodedOutputStream graph = new(stream, leaveOpen: true);
        foreach ((byte[] header, OnnxWeight weight) in parts.Weights)
        {
            graph.WriteTag(5, WireFormat.WireType.LengthDelimited);
            graph.WriteLength(TensorSize(header, weight));
            Raw(graph, stream, header);
            if (weight.Embedded)
            {
                ReadOnlySpan<byte> data = weight.Data;
                graph.WriteTag(9, WireFormat.WireType.LengthDelimited); // raw_data
                graph.WriteLength(data.Length);
                Raw(graph, stream, data);
            }
        }
    }

    private static void WriteOpset(CodedOutputStream output, string domain, long version)
    {
        Text(output, 1, domain);
        Int64(output, 2, version);
    }

    /// <summary>Everything of the GraphProto but its weights.</summary>
    private static void WriteStructure(CodedOutputStream output, OnnxGraph graph)
    {
        foreach (OnnxNode node in graph.Nodes)
        {
            Nested(output, 1, field => WriteNode(field, node));
        }

        Text(output, 2, "adamix");
        foreach (OnnxIntegers constant in graph.Integers)
        {
            Nested(output, 5, field => WriteIntegers(field, constant));
        }

        foreach (OnnxValue value in graph.Inputs)
        {
            Nested(output, 11, field => WriteValue(field, value));
        }

        foreach (OnnxValue value in graph.Outputs)
        {
            Nested(output, 12, field => WriteValue(field, value));
        }
    }

    private static void WriteNode(CodedOutputStream output, OnnxNode node)
    {
        foreach (string input in node.Inputs)
        {
            Text(output, 1, input);
        }

        foreach (string result in node.Outputs)
        {
            Text(output, 2, result);
        }

        Text(output, 3, node.Outputs[0]);
        Text(output, 4, node.Operator);
        foreach (OnnxAttribute attribute in node.Attributes)
        {
            Nested(output, 5, field => WriteAttribute(field, attribute));
        }

        if (node.Domain.Length > 0)
        {
            Text(output, 7, node.Domain);
        }
    }

    private static void WriteAttribute(CodedOutputStream output, OnnxAttribute attribute)
    {
        Text(output, 1, attribute.Name);
        switch (attribute.Value)
        {
            case float number:
                output.WriteTag(2, WireFormat.WireType.Fixed32);
                output.WriteFloat(number);
                Int64(output, 20, 1);
                break;
            case long number:
                Int64(output, 3, number);
                Int64(output, 20, 2);
                break;
            case string text:
                Text(output, 4, text);
                Int64(output, 20, 3);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                {
                    Int64(output, 8, number);
                }

                Int64(output, 20, 7);
                break;
            default:
                throw new NotSupportedException(
                    $"Attribute '{attribute.Name}' is of type {attribute.Value.GetType()}; it has to be a long, a float, a string or an "
                    + "array of long.");
        }
    }

    private static void WriteIntegers(CodedOutputStream output, OnnxIntegers constant)
    {
        if (!constant.IsScalar)
        {
            Int64(output, 1, constant.Values.Length);
        }

        Int64(output, 2, Int64Type);
        foreach (long value in constant.Values)
        {
            Int64(output, 7, value);
        }

        Text(output, 8, constant.Name);
    }

    /// <summary>A TensorProto without its raw data.</summary>
    private static void WriteWeightHeader(CodedOutputStream output, OnnxWeight weight)
    {
        foreach (int size in weight.Shape)
        {
            Int64(output, 1, size);
        }

        Int64(output, 2, (long)weight.ElementType);
        Text(output, 8, weight.Name);
        if (!weight.Embedded)
        {
            Nested(output, 13, entry => WriteEntry(entry, "location", ExternalPlaceholder.FileName));
            Nested(output, 13, entry => WriteEntry(entry, "offset", ExternalPlaceholder.Offset));
            Int64(output, 14, 1); // data_location = EXTERNAL
        }
    }

    private static void WriteEntry(CodedOutputStream output, string key, string value)
    {
        Text(output, 1, key);
        Text(output, 2, value);
    }

    private static void WriteValue(CodedOutputStream output, OnnxValue value)
    {
        Text(output, 1, value.Name);
        Nested(output, 2, type => Nested(type, 1, tensor =>
        {
            Int64(tensor, 1, value.IsInteger ? Int64Type : FloatType);
            Nested(tensor, 2, shape =>
            {
                foreach (object dimension in value.Dimensions)
                {
                    Nested(shape, 1, field =>
                    {
                        if (dimension is string symbol)
                        {
                            Text(field, 2, symbol);
                        }
                        else
                        {
                            Int64(field, 1, (int)dimension);
                        }
                    });
                }
            });
        }));
    }

    private static int TensorSize(byte[] header, OnnxWeight weight) => checked(
        header.Length + (weight.Embedded ? (int)FieldSize(9, weight.Data.Length) : 0));

    private static long FieldSize(int field, int length) =>
        CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeLengthSize(length) + (long)length;

    private static void Int64(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }

    private static void Raw(CodedOutputStream output, Stream stream, ReadOnlySpan<byte> bytes)
    {
        output.Flush();
        stream.Write(bytes);
    }

    /// <summary>The message without the numbers of its weights, and how long it is with them.</summary>
    private sealed record Parts(byte[] Start, byte[] Structure, List<(byte[] Header, OnnxWeight Weight)> Weights, long Size);
}
