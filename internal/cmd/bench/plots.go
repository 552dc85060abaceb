package main

import (
	"bytes"
	"image/color"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// pages are those that are compared, as the results call them.
var pages = []struct {
	key, name string
	color     color.Color
}{
	{"handwritten", "a page by hand", color.RGBA{0x9a, 0xa3, 0xad, 0xff}},
	{"Converse.js", "Converse.js", color.RGBA{0xe0, 0x8a, 0x3c, 0xff}},
	{"xmppreg", "xmppreg", color.RGBA{0x2b, 0x6c, 0xb0, 0xff}},
}

// links are the connections, as the results call them.
var links = []struct{ key, name string }{
	{"unthrottled", "no throttling"},
	{"fast-4G", "fast 4G"},
	{"slow-4G", "slow 4G"},
}

const barWidth = 14 // points

// plotColdStart draws how long each page takes to the server's form, by link.
func plotColdStart(r *results, file string) error {
	p := newPlot("First visit: from the navigation to the server's form", "milliseconds, medians")
	p.Legend.Top, p.Legend.Left, p.Legend.XOffs, p.Legend.Padding = true, true, 380, 4
	var names []string
	for i := range links {
		names = append(names, links[len(links)-1-i].name) // the axis goes up
	}
	for i, page := range pages {
		values := make(plotter.Values, len(links))
		for j := range links {
			values[j] = r.median("ColdStart-" + links[len(links)-1-j].key + "/" + page.key + "-form-ms")
		}
		offset := vg.Length(len(pages)/2-i) * (barWidth + 2)
		if err := addBars(p, values, page.color, offset); err != nil {
			return err
		}
		p.Legend.Add(page.name, swatch{page.color})
	}
	p.NominalY(names...)
	return save(p, file, 4.2*barWidth*vg.Length(len(links)))
}

// plotWeight draws what the module consists of.
func plotWeight(parts []part, file string) error {
	p := newPlot("What the module consists of, before compression", "kB")
	values := make(plotter.Values, len(parts))
	names := make([]string, len(parts))
	for i, part := range parts {
		values[len(parts)-1-i] = float64(part.size) / 1000
		names[len(parts)-1-i] = part.name
	}
	if err := addBars(p, values, pages[2].color, 0); err != nil {
		return err
	}
	p.NominalY(names...)
	return save(p, file, 1.4*barWidth*vg.Length(len(parts)))
}

func newPlot(title, unit string) *plot.Plot {
	plot.DefaultFont.Variant = "Sans"
	p := plot.New()
	p.Title.Text, p.Title.Padding = title, 8
	p.X.Label.Text = unit
	p.X.Min = 0
	return p
}

// addBars draws one bar for each place of the vertical axis, and its value behind it.
func addBars(p *plot.Plot, values plotter.Values, fill color.Color, offset vg.Length) error {
	bars, err := plotter.NewBarChart(values, barWidth)
	if err != nil {
		return err
	}
	bars.Horizontal, bars.Color, bars.LineStyle.Width, bars.Offset = true, fill, 0, offset
	var at plotter.XYLabels
	for i, v := range values {
		at.XYs = append(at.XYs, plotter.XY{X: v, Y: float64(i)})
		at.Labels = append(at.Labels, " "+number(v))
	}
	labels, err := plotter.NewLabels(at)
	if err != nil {
		return err
	}
	labels.Offset.Y = offset
	for i := range labels.TextStyle {
		labels.TextStyle[i].YAlign = draw.YCenter
	}
	p.Add(bars, labels)
	return nil
}

// swatch is a bar's entry in the legend.
type swatch struct{ color color.Color }

func (s swatch) Thumbnail(c *draw.Canvas) {
	c.FillPolygon(s.color, []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
}

// save writes a plot as SVG. height is that of the bars.
func save(p *plot.Plot, file string, height vg.Length) error {
	p.BackgroundColor = color.White
	p.X.Max *= 1.08 // room for the last value
	// Room between the names and the bars, for a wider font than the library measures.
	p.Y.Tick.Length, p.Y.Tick.LineStyle = 14, draw.LineStyle{Width: 1, Color: color.Transparent}
	canvas := vgsvg.NewWith(vgsvg.UseWH(600, height+80))
	const margin = 10
	p.Draw(draw.Crop(draw.New(canvas), 2*margin, -margin, margin, -margin))
	var text bytes.Buffer
	if _, err := canvas.WriteTo(&text); err != nil {
		return err
	}
	// The library names one font. These are as wide, and are there where it is not.
	svg := bytes.ReplaceAll(text.Bytes(), []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	return os.WriteFile(file, svg, 0o644)
}
