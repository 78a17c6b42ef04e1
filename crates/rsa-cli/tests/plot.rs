//! Figures, maps and pages.

use std::fs;

use crate::rsakit::{Run, rsakit, waves, write_npy, write_npz};

fn labels(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("c{i}")).collect()
}

/// A folder with two networks, an RDM of brains and one of models.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write_npz(path, "a.npz", &[("one", waves(12, 5, 0)), ("two", waves(12, 6, 3))], &labels(12));
    write_npz(path, "b.npz", &[("one", waves(12, 5, 1)), ("two", waves(12, 4, 8))], &labels(12));
    for (input, out) in [("a.npz", "brain.npz"), ("b.npz", "models.npz")] {
        let run = rsakit(path, &["rdm", input, "--dissimilarity", "euclidean", "--out", out]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    folder
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn every_command_draws_and_reports() {
    let folder = folder();
    let commands: [&[&str]; 5] = [
        &["compare", "a.npz", "b.npz", "--measure", "cka"],
        &["compare", "--rdm", "brain.npz::rdms", "models.npz", "--layers", "one"],
        &["rdm", "a.npz", "--dissimilarity", "correlation"],
        &["evaluate", "--data", "brain.npz", "--models", "models.npz"],
        &["mds", "--rdm", "brain.npz", "--layers", "one"],
    ];
    for command in commands {
        let out = [command, &["--plot", "f.svg", "--report", "r.html", "--force"]].concat();
        let run = rsakit(folder.path(), &out);
        assert_eq!(run.status, 0, "{command:?}: {}", run.err);
        // What is printed is the same with and without figures.
        assert_eq!(run.out, rsakit(folder.path(), command).out);
        let (svg, html) = (read(&folder, "f.svg"), read(&folder, "r.html"));
        assert!(svg.starts_with("<?xml") && svg.ends_with("</svg>\n") && svg.contains("<desc>"));
        for part in ["How to reproduce this", "SHA-256", "How to cite", "Content-Security-Policy", "aria-label"] {
            assert!(html.contains(part), "{command:?} lacks {part}");
        }
        let (body, _script) = html.split_once("<script>").unwrap();
        assert!(body.contains(&format!("rsakit {} ", command[0])) && !body.contains("NaN"));
        let again = rsakit(folder.path(), &out);
        assert_eq!((again.status, read(&folder, "f.svg"), read(&folder, "r.html")), (0, svg, html));
    }
}

/// The files that `merge` of `parts` draws and reports, less the command, which the page repeats.
fn merged(folder: &tempfile::TempDir, parts: &[&str]) -> [String; 2] {
    let command = [&["merge"], parts, &["--plot", "m.svg", "--report", "m.html", "--force"]].concat();
    let run = rsakit(folder.path(), &command);
    assert_eq!(run.status, 0, "{command:?}: {}", run.err);
    [read(folder, "m.svg"), read(folder, "m.html").replace(&format!("rsakit {}", command.join(" ")), "")]
}

#[test]
fn merged_parts_are_drawn_and_reported_as_one_run() {
    let folder = folder();
    let run = |arguments: &[&str]| {
        let run = rsakit(folder.path(), arguments);
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
    };
    let whole = |command: &[&str]| {
        let command = [command, &["--plot", "f.svg", "--report", "r.html", "--force"]].concat();
        run(&command);
        [read(&folder, "f.svg"), read(&folder, "r.html").replace(&format!("rsakit {}", command.join(" ")), "")]
    };
    let evaluate = ["evaluate", "--data", "brain.npz", "--models", "models.npz", "--generalize-to", "conditions"];
    let evaluate = [&evaluate[..], &["--resamples", "30", "--seed", "5"]].concat();
    for (range, out) in [("0..10", "e0.npz"), ("10..30", "e1.npz")] {
        run(&[&evaluate[..], &["--resamples-range", range, "--out", out]].concat());
    }
    let expected = whole(&evaluate);
    assert!(expected[1].contains("brain.npz") && expected[1].contains("30"));
    assert_eq!(merged(&folder, &["e1.npz", "e0.npz"]), expected);

    let layers = ["a.npz", "b.npz", "--measure", "cka", "--measure", "cca"];
    for (rows, out) in [("0..5", "c0.npz"), ("5..12", "c1.npz")] {
        run(&[&["accumulate"], &layers[..], &["--rows", rows, "--out", out]].concat());
    }
    // Scores agree to ten digits, of which six are shown.
    let expected = whole(&[&["compare"], &layers[..]].concat());
    assert_eq!(merged(&folder, &["c0.npz", "c1.npz"]), expected);

    // Where the inputs are not, the page says so.
    fs::remove_file(folder.path().join("a.npz")).unwrap();
    assert!(merged(&folder, &["c0.npz", "c1.npz"])[1].contains("not here"));
    let refused = rsakit(folder.path(), &["merge", "c0.npz", "c1.npz", "--plot", "f.pdf"]);
    assert!(refused.status == 2 && refused.err.contains("figures are .svg or .png files"), "{}", refused.err);
}

#[test]
fn a_report_of_fifty_layers_is_below_two_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..50).map(|k| format!("features.block{k}.conv")).collect();
    let layers: Vec<_> = names.iter().enumerate().map(|(k, name)| (name.as_str(), waves(20, 3, k))).collect();
    write_npz(folder.path(), "deep.npz", &layers, &[]);
    let run = rsakit(folder.path(), &["compare", "deep.npz", "--report", "r.html", "--quiet"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let size = read(&folder, "r.html").len();
    assert!((400_000..2_000_000).contains(&size), "{size} bytes");
}

#[test]
fn figures_are_refused_before_any_work() {
    let folder = folder();
    let refused = |arguments: &[&str]| -> Run {
        let run = rsakit(folder.path(), arguments);
        assert_eq!(run.status, 2, "{}", run.out);
        run
    };
    let run = refused(&["compare", "a.npz", "--plot", "f.pdf"]);
    assert!(run.err.contains("figures are .svg or .png files"), "{}", run.err);
    let run = refused(&["compare", "a.npz", "--report", "r.txt"]);
    assert!(run.err.contains("a report is an .html file"), "{}", run.err);
    fs::write(folder.path().join("f.svg"), "mine").unwrap();
    let run = refused(&["compare", "a.npz", "--plot", "f.svg"]);
    assert!(run.err.contains("--force"), "{}", run.err);
    assert_eq!(read(&folder, "f.svg"), "mine");
}

#[test]
fn maps_have_as_many_points_as_there_are_items() {
    let folder = folder();
    let map = |arguments: &[&str]| rsakit(folder.path(), &[arguments, &["--format", "json"]].concat()).json();
    let conditions = map(&["mds", "--rdm", "brain.npz", "--layers", "one"]);
    assert_eq!(conditions["points"].as_array().unwrap().len(), 12);
    assert_eq!((&conditions["points"][3]["name"], &conditions["scaling"]), (&"c3".into(), &"metric".into()));
    let layers = map(&["mds", "a.npz", "b.npz", "--measure", "cka", "--ordinal"]);
    assert_eq!((layers["points"].as_array().unwrap().len(), &layers["points"][2]["group"]), (4, &"b".into()));
    let rdms = map(&["mds", "--rdm", "brain.npz", "models.npz", "--comparison", "rho-a"]);
    assert_eq!(rdms["dissimilarity"], "1 − similarity");
    let several = rsakit(folder.path(), &["mds", "--rdm", "brain.npz"]);
    assert!(
        several.status == 2
            && several.err.contains("--layers NAME")
            && several.err.contains("found 2 in brain.npz: one, two"),
        "{}",
        several.err
    );
}

#[test]
fn groups_must_fit_and_show_as_brackets() {
    let folder = folder();
    let run = |lines: usize| {
        let groups: String = (0..lines).map(|k| if k < 5 { "animate\n" } else { "inanimate\n" }).collect();
        fs::write(folder.path().join("groups.txt"), groups).unwrap();
        let rdm = ["rdm", "a.npz", "--dissimilarity", "euclidean", "--plot-groups", "groups.txt", "--plot-ranks"];
        rsakit(folder.path(), &[&rdm[..], &["--plot", "f.svg", "--force"]].concat())
    };
    assert_eq!(run(12).status, 0);
    let svg = read(&folder, "f.svg");
    assert!(svg.contains(">inanimate<") && svg.contains("percentile of euclidean"));
    let few = run(11);
    assert!(
        few.status == 1 && few.err.contains("--plot-groups groups.txt: 11 values for 12 conditions"),
        "{}",
        few.err
    );
}

/// Writes a table with a group and a picture for each of twelve conditions, in another order.
fn write_table(folder: &tempfile::TempDir) {
    let row = |k: usize| format!("c{k},{},f.png\n", ["body", "face", "tool"][k % 3]);
    let table = format!("condition,kind,file\n{}", (0..12).rev().map(row).collect::<String>());
    fs::write(folder.path().join("table.csv"), table).unwrap();
}

/// The names of conditions on the page, in the order of the rows of its first table.
fn rows_of_page(html: &str) -> Vec<&str> {
    let table = html.split(" id=\"rdm-1\"").nth(1).unwrap().split("</table>").next().unwrap();
    table.split("<tr><th scope=\"row\">").skip(1).map(|row| row.split('<').next().unwrap()).collect()
}

#[test]
fn conditions_of_one_group_are_brought_together() {
    let folder = folder();
    write_table(&folder);
    let rdm = ["transform", "brain.npz", "--layers", "one", "--plot-groups", "table.csv::kind", "--plot", "f.svg"];
    let draw = |more: &[&str]| {
        let run = rsakit(folder.path(), &[&rdm[..], &["--report", "r.html", "--force"], more].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        (read(&folder, "f.svg"), read(&folder, "r.html"))
    };
    let (svg, html) = draw(&[]);
    // Two brackets for each group, and two lines between groups in each direction.
    assert_eq!([">body<", ">face<", ">tool<"].map(|name| svg.matches(name).count()), [2; 3]);
    assert!(svg.contains(">Conditions are sorted by group.<") && html.contains("Conditions are sorted by group."));
    // What the page shows under the pointer is in the order of the figure.
    let sorted = ["c0", "c3", "c6", "c9", "c1", "c4", "c7", "c10", "c2", "c5", "c8", "c11"];
    assert_eq!(rows_of_page(&html), sorted);
    let (svg, html) = draw(&["--plot-group-order", "tool,face", "--plot-outline", "within"]);
    assert_eq!(rows_of_page(&html)[..5], ["c2", "c5", "c8", "c11", "c1"]);
    assert!(svg.contains("stroke-linecap=\"square\""));
    let refused = |more: &[&str], said: &str| {
        let run = rsakit(folder.path(), &[&rdm[..], &["--force"], more].concat());
        assert!(run.status != 0 && run.err.contains(said), "{}", run.err);
    };
    refused(&["--plot-group-order", "tol"], "did you mean 'tool'?");
    refused(&["--plot-outline", "brain.npz"], "has 2 RDMs (one, two); name one as FILE::NAME");
    refused(&["--plot-outline", "nowhere.npz"], "nowhere.npz");
    let ungrouped = ["transform", "brain.npz", "--plot", "f.svg", "--force", "--plot-outline", "within"];
    assert!(rsakit(folder.path(), &ungrouped).err.contains("given with --plot-groups"));
    fs::write(folder.path().join("short.csv"), "condition,kind\nc0,a\n").unwrap();
    let short = ["transform", "brain.npz", "--plot", "f.svg", "--force", "--plot-groups", "short.csv::kind"];
    assert!(rsakit(folder.path(), &short).err.contains("condition 'c1' has no row"));
}

#[test]
fn dendrograms_order_conditions_and_need_all_pairs() {
    let folder = folder();
    write_table(&folder);
    let rdm =
        ["transform", "brain.npz", "--plot", "f.svg", "--report", "r.html", "--plot-order", "dendrogram", "--force"];
    let run = rsakit(folder.path(), &rdm);
    assert_eq!(run.status, 0, "{}", run.err);
    let (svg, html) = (read(&folder, "f.svg"), read(&folder, "r.html"));
    assert!(svg.contains("average linkage) of the mean of the RDMs."));
    let mut rows = rows_of_page(&html);
    assert_ne!(rows, labels(12));
    rows.sort_unstable();
    let mut all = labels(12);
    all.sort();
    assert_eq!(rows, all);
    // Colors show groups that the tree tears apart.
    let run = rsakit(folder.path(), &[&rdm[..], &["--plot-groups", "table.csv::kind"]].concat());
    assert!(run.status == 0 && read(&folder, "f.svg").matches(">face<").count() == 1, "{}", run.err);
    fs::write(folder.path().join("gap.csv"), "a,b,1\na,c,\nb,c,2\n").unwrap();
    let run =
        rsakit(folder.path(), &["transform", "gap.csv", "--plot", "f.svg", "--force", "--plot-order", "dendrogram"]);
    assert!(run.status == 1 && run.err.contains("the dissimilarity of 'a' and 'c' is missing"), "{}", run.err);
}

#[test]
fn pictures_stand_in_the_place_of_names() {
    let folder = folder();
    write_table(&folder);
    let path = |name: &str| folder.path().join(name);
    let run = rsakit(folder.path(), &["mds", "--rdm", "brain.npz", "--layers", "one", "--plot", "f.png", "--quiet"]);
    assert_eq!(run.status, 0, "{}", run.err);
    fs::create_dir(path("icons")).unwrap();
    let rdm = ["transform", "brain.npz", "--layers", "one", "--plot", "g.svg", "--force", "--plot-icons"];
    let draw = |place: &str| rsakit(folder.path(), &[&rdm[..], &[place]].concat());
    let empty = draw("icons");
    assert!(empty.status == 1 && empty.err.contains("such as 'c0.png' after 'c0'"), "{}", empty.err);
    for k in 0..11 {
        fs::copy(path("f.png"), path("icons").join(format!("c{k}.png"))).unwrap();
    }
    let some = draw("icons");
    assert!(some.status == 0 && some.err.contains("1 of 12 conditions have no picture: c11"), "{}", some.err);
    let svg = read(&folder, "g.svg");
    // Equal pictures are embedded once and drawn along both axes.
    assert_eq!((svg.matches("data:image/png;base64,").count(), svg.matches("<use ").count()), (1, 22));
    let table = draw("table.csv::file");
    assert!(table.status == 0 && read(&folder, "g.svg").matches("<use ").count() == 24, "{}", table.err);
    let map = ["mds", "--rdm", "brain.npz", "--layers", "one", "--plot", "g.svg", "--force", "--icons", "icons"];
    let run = rsakit(folder.path(), &map);
    let svg = read(&folder, "g.svg");
    assert!(run.status == 0 && svg.matches("<use ").count() == 11 && svg.contains(">c11<"), "{}", run.err);
    // An output never replaces a picture.
    let over = rsakit(folder.path(), &[&map[..6], &["icons/c1.png", "--force", "--icons", "icons"]].concat());
    assert!(over.status == 2 && over.err.contains("is an input"), "{}", over.err);
    fs::copy(path("f.png"), path("icons/c3.jpg")).unwrap();
    assert!(draw("icons").err.contains("condition 'c3' has several pictures"));
    fs::remove_file(path("icons/c3.jpg")).unwrap();
    fs::write(path("icons/c4.png"), &fs::read(path("f.png")).unwrap()[..300]).unwrap();
    let damaged = draw("icons");
    assert!(damaged.status == 1 && damaged.err.contains("c4.png: the PNG cannot be decoded"), "{}", damaged.err);
    fs::write(path("icons/c4.png"), "GIF89a").unwrap();
    assert!(draw("icons").err.contains("neither PNG nor JPEG"));
    write_npy(folder.path(), "bare.npy", &waves(1, 66, 1));
    let bare = rsakit(folder.path(), &["transform", "bare.npy", "--plot", "g.svg", "--force", "--plot-icons", "icons"]);
    assert!(bare.err.contains("the conditions have none; name the files in a text"), "{}", bare.err);
}

#[test]
fn every_two_rdms_have_a_scatter_plot() {
    let folder = folder();
    write_table(&folder);
    let compare = ["compare", "--rdm", "brain.npz", "models.npz", "--plot", "f.svg", "--report", "r.html", "--force"];
    let draw = |more: &[&str]| rsakit(folder.path(), &[&compare[..], more].concat());
    let run = draw(&["--plot-scatter", "--plot-groups", "table.csv::kind"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let svg = read(&folder, "f.svg");
    // Two colors of points in each of four panels.
    assert_eq!(svg.matches("stroke-linecap=\"round\"").count(), 8);
    assert!(svg.contains(">within groups<") && svg.contains("Above each plot: spearman."));
    assert!(read(&folder, "r.html").contains("Every pair of conditions"));
    // Against itself each two have one plot.
    let itself = ["compare", "--rdm", "brain.npz", "--plot", "f.svg", "--plot-scatter", "--force"];
    let run = rsakit(folder.path(), &itself);
    assert!(run.status == 0 && read(&folder, "f.svg").matches("stroke-linecap=\"round\"").count() == 1, "{}", run.err);
    let run = draw(&["--plot-groups", "table.csv::kind"]);
    assert!(run.status == 2 && run.err.contains("given with --plot-scatter or for two RDMs"), "{}", run.err);
}

#[test]
fn regions_and_models_are_one_figure() {
    let folder = folder();
    let run = |arguments: &[&str]| rsakit(folder.path(), arguments);
    fs::copy(folder.path().join("brain.npz"), folder.path().join("sub1.npz")).unwrap();
    fs::copy(folder.path().join("models.npz"), folder.path().join("sub2.npz")).unwrap();
    let evaluate = ["evaluate", "--data", "sub1.npz", "sub2.npz", "--models", "models.npz", "--subjects", "file"];
    let by_label = [&evaluate[..], &["--data-sets", "label"]].concat();
    let out = run(&[&by_label[..], &["--plot", "f.svg", "--report", "r.html"]].concat());
    assert_eq!(out.status, 0, "{}", out.err);
    assert!(out.out.contains("2 models on 2 sets of data"), "{}", out.out);
    let svg = read(&folder, "f.svg");
    assert!(svg.contains(">one<") && svg.matches(">noise<").count() == 2);
    assert!(read(&folder, "r.html").contains("not for the number of sets"));
    // Each set is evaluated as it would be alone.
    let json = run(&[&by_label[..], &["--format", "json"]].concat()).json();
    let alone = run(&[&evaluate[..], &["--layers", "two", "--format", "json"]].concat()).json();
    assert_eq!((&json["data_sets"][1]["name"], &json["data_sets"][1]["result"]), (&"two".into(), &alone));
    let by_file = run(&[&evaluate[..6], &["--subjects", "each", "--data-sets", "file", "--format", "csv"]].concat());
    assert!(by_file.out.starts_with("data_set,model,subject,score,rdm,group\nsub1,"), "{}{}", by_file.out, by_file.err);
    // What fails in one set is named, and the others are evaluated.
    write_npy(folder.path(), "flat.npy", &ndarray::Array2::ones((2, 66)));
    let some = ["evaluate", "--data", "sub1.npz", "flat.npy", "--models", "models.npz", "--data-sets", "file"];
    let some = run(&[&some[..], &["--subjects", "each"]].concat());
    assert!(some.status == 3 && some.err.contains("flat: "), "{} {}", some.status, some.err);
}

#[test]
fn a_page_says_what_may_mislead() {
    let folder = tempfile::tempdir().unwrap();
    let mut dead = waves(12, 5, 0);
    dead.column_mut(2).fill(1.0);
    write_npz(folder.path(), "a.npz", &[("one", dead), ("two", waves(12, 4, 2))], &[]);
    let run = rsakit(folder.path(), &["compare", "a.npz", "--measure", "cka", "--report", "r.html"]);
    assert!(run.err.contains("dead units) in one (1 of 5)"), "{}", run.err);
    assert!(read(&folder, "r.html").contains("dead units) in one (1 of 5)"));
    // Features × conditions: as many columns, and rows that differ.
    write_npz(folder.path(), "t.npz", &[("one", waves(5, 12, 0)), ("two", waves(4, 12, 2))], &[]);
    let swapped = rsakit(folder.path(), &["compare", "t.npz", "--measure", "cka"]);
    assert!(swapped.err.contains("transpose the arrays"), "{}", swapped.err);
    // Three subjects.
    write_npy(folder.path(), "brain.npy", &waves(3, 66, 1));
    write_npy(folder.path(), "model.npy", &waves(2, 66, 5));
    let run = rsakit(folder.path(), &["evaluate", "--data", "brain.npy", "--models", "model.npy"]);
    assert!(run.out.contains("tests with 2 degrees of freedom"), "{}{}", run.out, run.err);
}
