"""CRS are recognised, chosen and doubted."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geodata.errors import CrsError
from geodata.geometry import crs as systems

COLOMBIA = shapely.box(-79, -4, -67, 12)


def _centre(crs: CRS) -> tuple[str, float, float]:
    operation = crs.coordinate_operation
    assert operation is not None
    values = {param.name: param.value for param in operation.params}
    return operation.method_name, values["Latitude of natural origin"], values["Longitude of natural origin"]


def test_a_crs_written_out_in_words_is_recognised() -> None:
    esri = CRS.from_epsg(32642).to_wkt("WKT1_ESRI")
    assert systems.parse_crs(esri).to_epsg() == 32642
    assert systems.crs_label(systems.parse_crs("EPSG:28992")) == "EPSG:28992"


def test_what_is_no_crs_is_refused_with_an_example() -> None:
    with pytest.raises(CrsError, match="'nonsense' is no coordinate reference system") as caught:
        systems.parse_crs("nonsense")
    assert "EPSG:32642" in caught.value.remedy


def test_an_unknown_datum_is_noticed_and_the_likely_crs_offered() -> None:
    words = CRS.from_wkt(
        'PROJCS["Double_Stereographic",GEOGCS["GCS_Bessel 1841",DATUM["D_unknown",SPHEROID["bessel",6377397.155,299.1528128]],'
        'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Double_Stereographic"],'
        'PARAMETER["latitude_of_origin",52.15616055555555],PARAMETER["central_meridian",5.38763888888889],'
        'PARAMETER["scale_factor",0.9999079],PARAMETER["false_easting",155000],PARAMETER["false_northing",463000],UNIT["Meter",1]]'
    )
    assert systems.has_unknown_datum(words)
    assert not systems.has_unknown_datum(CRS.from_epsg(28992))
    assert systems.similar_crs(words)[0].startswith("EPSG:28992")


def test_auto_measures_at_the_centre_and_a_named_crs_must_be_projected() -> None:
    areas = np.array([shapely.box(30, 10, 31, 11), None], object)
    assert _centre(systems.measuring_crs("auto", areas)) == ("Lambert Azimuthal Equal Area", 10.5, 30.5)
    assert systems.measuring_crs("EPSG:6933", areas).to_epsg() == 6933
    with pytest.raises(CrsError, match="in degrees"):
        systems.measuring_crs("EPSG:4326", areas)
    with pytest.raises(CrsError, match="no area has coordinates"):
        systems.measuring_crs("auto", np.array([None], object))


def test_the_extent_goes_the_short_way_round() -> None:
    islands = np.array([shapely.box(178, -18, 180, -16), shapely.box(-180, -18, -178, -16)], object)
    assert systems.lonlat_bounds(islands) == (178, -18, -178, -16)
    assert _centre(systems.local_equal_area(systems.lonlat_bounds(islands)))[1:] == (-17, 180)


@given(lon=st.floats(-76, -68), lat=st.floats(-3, 11))
def test_reprojecting_there_and_back_moves_less_than_a_millimetre(lon: float, lat: float) -> None:
    wgs84, magna = CRS.from_epsg(4326), CRS.from_epsg(3116)
    point = np.array([shapely.Point(lon, lat)], object)
    back = systems.reproject(systems.reproject(point, wgs84, magna), magna, wgs84)
    assert shapely.distance(point, back)[0] < 1e-8


@given(st.lists(st.tuples(st.floats(-78, -68), st.floats(-3, 11)), min_size=1, max_size=20))
def test_places_inside_the_country_are_never_doubted(points: list[tuple[float, float]]) -> None:
    looks = systems.check_lonlat(shapely.points(points), COLOMBIA)
    assert not looks.swap_fits
    assert not len(looks.outside)
    assert not len(looks.out_of_range)


def test_exchanged_coordinates_are_recognised_by_the_country_or_by_their_range() -> None:
    right = np.array([(-74.1, 4.6), (-75.6, 6.2), (-76.5, 3.4)])
    swapped = shapely.points(right[:, ::-1])
    assert systems.check_lonlat(swapped, COLOMBIA).swap_fits
    assert not systems.check_lonlat(shapely.points(right), COLOMBIA).swap_fits
    assert systems.check_lonlat(shapely.points([(34.5, 102.0), (34.6, 103.0)])).swap_fits


def test_missing_coordinates_and_impossible_ones_are_told_apart() -> None:
    things = np.array([shapely.Point(1, np.nan), shapely.Point(1e308, 0), shapely.Point(1, 2), None, shapely.Point(np.inf, 1)], object)
    looks = systems.check_lonlat(things)
    assert looks.not_finite.tolist() == [0, 4]
    assert looks.out_of_range.tolist() == [1]
    assert looks.n_located == 4


def test_metres_are_placed_in_the_zones_of_the_country() -> None:
    east, north = systems.reproject(shapely.points([(-74.1, 4.6)]), CRS.from_epsg(4326), "EPSG:32618")[0].coords[0]
    assert systems.suggest_projected(np.array([east]), np.array([north]), COLOMBIA)[0] in ("EPSG:32618", "EPSG:32617", "EPSG:32619")
    assert systems.suggest_projected(np.array([east]), np.array([north]), None) == []
