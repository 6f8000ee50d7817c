#!/usr/bin/env bash
# Makes a project outside of the repository that references its sources, without central package versions; builds it, trains with it, and
# publishes it as a single file that trains too. Needs Linux x64 and takes some minutes.
set -euo pipefail
sources=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
torch=$(grep -oP 'Include="libtorch-cpu-linux-x64" Version="\K[^"]+' "$sources/Directory.Packages.props")
cat > "$folder/Outside.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="$sources/src/Microsoft.ML.AdaMix/Microsoft.ML.AdaMix.csproj" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="$torch" />
  </ItemGroup>
</Project>
PROJECT
cat > "$folder/Program.cs" <<'PROGRAM'
using Microsoft.ML;
using Microsoft.ML.AdaMix;

MLContext ml = new(seed: 1);
Row[] rows = [.. Enumerable.Range(0, 16).Select(i => i % 2 == 0 ? new Row("a", $"a cat {i}") : new Row("b", $"the bank {i}"))];
IDataView data = ml.Data.LoadFromEnumerable(rows);
ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.MulticlassClassification.Trainers.AdaMix(new AdaMixOptions { Epochs = 1, MaxLength = 16 })).Fit(data);
using MemoryStream saved = new();
ml.Model.Save(model, data.Schema, saved);
saved.Position = 0;
double accuracy = ml.MulticlassClassification.Evaluate(ml.Model.Load(saved, out _).Transform(data)).MicroAccuracy;
Console.WriteLine($"trained, saved, loaded and evaluated: accuracy {accuracy}");

sealed record Row(string Label, string Text);
PROGRAM
cd "$folder"
echo "== built and run"
dotnet run
echo "== published as a single file and run"
dotnet publish -r linux-x64 --self-contained false -p:PublishSingleFile=true -o "$folder/published"
"$folder/published/Outside"
echo "Both work."
