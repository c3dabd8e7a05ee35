"""A form with widgets of Slicer, CTK and Qt, bound to parameters of a module."""

from __future__ import annotations

import enum

FORM = """<ui version="4.0"><class>Form</class><widget class="qMRMLWidget" name="Form">
 <layout class="QVBoxLayout"><item><widget class="ctkCollapsibleButton" name="box">
  <property name="text"><string>Marks</string></property><property name="collapsed"><bool>true</bool></property>
  <layout class="QFormLayout">
   <item row="0" column="0"><widget class="QCheckBox" name="isShown">
    <property name="SlicerParameterName" stdset="0"><string>isShown</string></property></widget></item>
   <item row="1" column="0"><widget class="QComboBox" name="kind">
    <property name="SlicerParameterName" stdset="0"><string>kind</string></property></widget></item>
   <item row="2" column="0"><widget class="QSpinBox" name="count">
    <property name="SlicerParameterName" stdset="0"><string>count</string></property></widget></item>
   <item row="3" column="0"><widget class="ctkSliderWidget" name="share">
    <property name="SlicerParameterName" stdset="0"><string>share</string></property></widget></item>
   <item row="4" column="0"><widget class="QLineEdit" name="title">
    <property name="SlicerParameterName" stdset="0"><string>title</string></property></widget></item>
   <item row="5" column="0"><widget class="qMRMLNodeComboBox" name="marks">
    <property name="noneEnabled"><bool>true</bool></property>
    <property name="SlicerParameterName" stdset="0"><string>marks</string></property></widget></item>
  </layout></widget></item></layout></widget></ui>"""


class Kind(enum.Enum):
    """What a combo box offers."""

    SLIP = "s"
    ANGLE = "a"
