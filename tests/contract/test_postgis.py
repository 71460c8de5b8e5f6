"""What only a registry in PostgreSQL has: views for a GIS, lost connections, addresses with passwords."""

from __future__ import annotations

import geopandas
import pytest
import shapely

from geodata.errors import RegistryError
from geodata.registry import ChangeMeta, open_registry
from geodata.registry.postgis import place_of

psycopg = pytest.importorskip("psycopg")
ME = ChangeMeta(author="Ana")
ROWS = geopandas.GeoDataFrame(
    {"area_id": ["A"], "name": ["قرية"], "area_stated_m2": [5.5], "road_blocked": [True]}, geometry=[shapely.box(65, 33, 66, 34)], crs=4326
)


def test_a_gis_sees_typed_columns_and_outlines(database: str) -> None:
    registry = open_registry(database, create=True)
    registry.apply("hazard_areas", ROWS, ME)
    with psycopg.connect(database) as connection:
        query = "SELECT area_id, name, area_stated_m2, road_blocked, ST_AsText(geom), ST_SRID(geom) FROM landrelease.hazard_areas"
        assert connection.execute(query).fetchall() == [("A", "قرية", 5.5, True, "POLYGON((66 33,66 34,65 34,65 33,66 33))", 4326)]
    registry.close()


def test_a_connection_that_is_lost_in_a_change_leaves_nothing_and_the_next_change_works(database: str) -> None:
    registry = open_registry(database, create=True)
    registry.apply("hazard_areas", ROWS, ME)
    head = registry.head()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'landrelease'")
    with pytest.raises(RegistryError, match="the connection was lost"):
        registry.apply("hazard_areas", ROWS.assign(name="other"), ME)
    assert registry.head() == head
    assert registry.apply("hazard_areas", ROWS.assign(name="other"), ME).updated == 1
    registry.close()


def test_events_cannot_be_altered_in_passing(database: str) -> None:
    registry = open_registry(database, create=True)
    registry.apply("hazard_areas", ROWS, ME)
    with psycopg.connect(database, autocommit=True) as connection:
        for sql in ("UPDATE landrelease.events SET true_on = ''", "DELETE FROM landrelease.events", "TRUNCATE landrelease.events CASCADE"):
            with pytest.raises(psycopg.errors.RaiseException, match="never altered or deleted"):
                connection.execute(sql)
    assert registry.verify() == 1
    registry.close()


def test_a_newer_schema_and_an_empty_database_are_refused(database: str) -> None:
    with pytest.raises(RegistryError, match="There is no registry at"):
        open_registry(database)
    open_registry(database, create=True).close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("INSERT INTO landrelease.schema_version VALUES (99, 1)")
    with pytest.raises(RegistryError, match=r"was written by a newer landrelease \(schema 99\.1"):
        open_registry(database)


def test_messages_never_hold_the_password() -> None:
    assert place_of("postgresql://ana:secret@db.example:5433/mine") == "postgresql://db.example:5433/mine"
    with pytest.raises(RegistryError, match="cannot be reached") as caught:
        open_registry("postgresql://ana:secret@127.0.0.1:1/mine")
    assert "secret" not in str(caught.value)
